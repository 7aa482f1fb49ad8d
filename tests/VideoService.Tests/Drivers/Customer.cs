using System.Text.Json;
using Sora.ServiceDefaults.Identity;
using Sora.TestServers.Processes;

namespace Sora.VideoService.Tests.Drivers;

/// <summary>Somebody with a project of their own, as the gateway announces them.</summary>
internal sealed class Customer(HttpClient http, InternalTokens gateway, Caller caller)
{
    public Caller Caller => caller;

    /// <summary>Somebody new, in a project of their own or a given one.</summary>
    public static Customer New(HttpClient http, InternalTokens gateway, string? project = null)
    {
        var name = $"{Guid.NewGuid():n}";
        return new Customer(
            http, gateway, new Caller($"user_{name}", $"org_{name}", project ?? $"proj_{name}", "member", ["*"], null, 30));
    }

    /// <summary>The same person with an API key that is narrowed to some models.</summary>
    public Customer NarrowedTo(params string[] models) => new(http, gateway, caller with { Models = models });

    /// <summary>The same person, served by another process.</summary>
    public Customer At(VideoServiceHost service) =>
        new(new HttpClient { BaseAddress = service.ClientOptions.BaseAddress }, gateway, caller);

    /// <summary>The same person with an API key, or with none.</summary>
    public Customer With(string? keyId) => new(http, gateway, caller with { KeyId = keyId });

    /// <summary>A prompt that nobody else uses, so that a test finds its own submissions.</summary>
    public string Prompt { get; } = $"A red kite over a park, {Guid.NewGuid():n}";

    /// <summary>Creates a video from a small JSON body, for tests that are about something else.</summary>
    public async Task<string> CreateAsync(string model = "plain-1", string? prompt = null)
    {
        using var answer = await PostAsync(new { model, prompt = prompt ?? Prompt, size = "1280x720", seconds = "4" });
        var json = await Answer.ReadAsync(answer);
        Assert.Equal(200, json.Status);
        return json.Body.GetProperty("id").GetString()!;
    }

    public Task<HttpResponseMessage> PostAsync(object json) => PostAsync(JsonContent.Create(json));

    public Task<HttpResponseMessage> PostAsync(
        HttpContent body, string path = "/v1/videos", params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = body };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return SendAsync(request);
    }

    /// <summary>Posts fields and files as a form.</summary>
    public async Task<Answer> PostFormAsync(
        string path, IEnumerable<(string Name, string Value)> fields, params (string Name, byte[] Bytes)[] files)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
        {
            form.Add(new StringContent(value), name);
        }

        foreach (var (name, bytes) in files)
        {
            form.Add(new ByteArrayContent(bytes), name, "upload");
        }

        using var response = await PostAsync(form, path);
        return await Answer.ReadAsync(response);
    }

    /// <summary>Posts JSON as it is written.</summary>
    public async Task<Answer> PostJsonAsync(string path, string json)
    {
        using var response = await PostAsync(
            new StringContent(json, System.Text.Encoding.UTF8, "application/json"), path);
        return await Answer.ReadAsync(response);
    }

    public async Task<Answer> CallAsync(HttpMethod method, string path)
    {
        using var answer = await SendAsync(new HttpRequestMessage(method, path));
        return await Answer.ReadAsync(answer);
    }

    /// <summary>Opens a stream of events; by default as somebody who comes for the first time.</summary>
    public async Task<WatchedStream> WatchAsync(string path, long? lastEventId = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", $"{lastEventId}");
        }

        var response = await SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        return new WatchedStream(response);
    }

    /// <summary>The video once a read shows it so: the cache is renewed a moment after the commit.</summary>
    public Task<Answer> WhenShownAsync(string id, string status) => Wait.ForAsync($"{id} is shown as {status}", async _ =>
        await GetAsync($"/v1/videos/{id}") is var answer && answer.Text("status") == status ? answer : null);

    public Task<Answer> GetAsync(string path) => CallAsync(HttpMethod.Get, path);

    public async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, HttpCompletionOption until = HttpCompletionOption.ResponseContentRead)
    {
        using var owned = request;
        // A body that is refused unread is not sent at all, instead of breaking off in the middle.
        request.Headers.ExpectContinue = request.Content is not null;
        request.Headers.Add(InternalTokens.Header, gateway.Mint("video-service", caller));
        return await http.SendAsync(request, until, TestContext.Current.CancellationToken);
    }
}

/// <summary>An answer, read whole.</summary>
internal sealed record Answer(int Status, IReadOnlyDictionary<string, string> Headers, JsonElement Body)
{
    public static async Task<Answer> ReadAsync(HttpResponseMessage response)
    {
        var json = await response.Content.ReadFromJsonAsync<JsonElement>();
        var headers = response.Headers.ToDictionary(
            header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
        return new Answer((int)response.StatusCode, headers, json);
    }

    /// <summary>What an error says to a program.</summary>
    public (int Status, string? Param, string? Code) Refusal => (Status, Text("error", "param"), Text("error", "code"));

    /// <summary>What is held and what is charged, in micro-dollars.</summary>
    public (string? Held, string? Charged) Cost =>
        (Text("sora", "cost", "held_micro_usd"), Text("sora", "cost", "charged_micro_usd"));

    public string? Text(params string[] path) =>
        path.Aggregate(Body, (json, name) => json.GetProperty(name)) is { ValueKind: not JsonValueKind.Null } value
            ? value.ToString()
            : null;
}
