using System.Text;
using System.Text.Json.Nodes;
using Sora.Contracts;
using Sora.ServiceDefaults;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;
using Sora.TestServers.Processes;
using Xunit;

namespace Sora.WebhookService.Tests.Harness;

/// <summary>Somebody with a project of his own, as the gateway lets him in.</summary>
internal sealed class Customer(WebhookSystem system, Caller caller)
{
    private const string Endpoints = "/v1/webhook_endpoints";

    private static readonly HttpClient Http = new();

    public Caller Caller => caller;

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body = null) =>
        SendRawAsync(method, path, body is null ? null : System.Text.Json.JsonSerializer.Serialize(body));

    public async Task<HttpResponseMessage> SendRawAsync(
        HttpMethod method, string path, string? body, string contentType = "application/json")
    {
        using var request = new HttpRequestMessage(method, new Uri(system.ServiceAddress, path));
        request.Headers.Add(InternalTokens.Header, system.Gateway.Mint("webhook-service", caller));
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8);
            request.Content.Headers.ContentType = new(contentType);
        }

        return await Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>What a request that must succeed is answered.</summary>
    public async Task<JsonNode> AskAsync(HttpMethod method, string path, object? body = null)
    {
        using var answer = await SendAsync(method, path, body);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == 200, $"{method} {path}: {(int)answer.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }

    /// <summary>What a request that must fail is answered.</summary>
    public async Task<ErrorBody> RefusedAsync(int status, HttpMethod method, string path, object? body = null)
    {
        using var answer = await SendAsync(method, path, body);
        return await Inbox.ErrorAsync(answer, status);
    }

    public Task<JsonNode> GetAsync(string path) => AskAsync(HttpMethod.Get, path);

    public Task<JsonNode> PostAsync(string path, object? body = null) => AskAsync(HttpMethod.Post, path, body ?? new { });

    /// <summary>An endpoint for the events named, or for the two of a video's end.</summary>
    public async Task<CustomersEndpoint> CreateEndpointAsync(Uri url, params string[] types)
    {
        var answer = await PostAsync(Endpoints, new
        {
            name = "My endpoint",
            url = url.OriginalString,
            event_types = types.Length == 0 ? ["video.completed", "video.failed"] : types,
        });
        return new CustomersEndpoint(this, (string)answer["id"]!, (string)answer["signing_secret"]!);
    }

    public Task<CustomersEndpoint> CreateEndpointAsync(Mailbox mailbox, params string[] types) =>
        CreateEndpointAsync(mailbox.Url, types);

    /// <summary>One of his videos is ready.</summary>
    public async Task<string> CompleteVideoAsync()
    {
        var now = TimeProvider.System.GetUtcNow();
        var id = Ids.New("video", now);
        await system.PublishAsync(new VideoCompleted(
            id, caller.Organization, caller.Project, caller.User, "simulator", "up_1", now, now.AddDays(1)));
        return id;
    }

    /// <summary>One of his videos ended without a clip.</summary>
    public async Task<string> FailVideoAsync()
    {
        var now = TimeProvider.System.GetUtcNow();
        var id = Ids.New("video", now);
        await system.PublishAsync(new VideoFailed(
            id, caller.Organization, caller.Project, caller.User, "simulator", null, "cancelled", "Cancelled.",
            UpstreamCharge.None, now, CustomerPays: null));
        return id;
    }
}

/// <summary>An endpoint that a customer made, with the secret that he was shown.</summary>
internal sealed record CustomersEndpoint(Customer Customer, string Id, string Secret)
{
    public string Path => $"/v1/webhook_endpoints/{Id}";

    public Task<JsonNode> ReadAsync() => Customer.GetAsync(Path);

    /// <summary>Its delivery log, newest first.</summary>
    public async Task<JsonArray> LogAsync(string query = "") =>
        (await Customer.GetAsync($"{Path}/deliveries{query}"))["data"]!.AsArray();

    /// <summary>The only line of its log, with attempts, once it has this status.</summary>
    public Task<JsonNode> DeliveryAsync(string status) => Wait.ForAsync(
        $"the delivery is {status}",
        async _ =>
        {
            var log = await LogAsync();
            return log.Count > 0 && (string)log[0]!["status"]! == status
                ? await Customer.GetAsync($"{Path}/deliveries/{(string)log[0]!["id"]!}")
                : null;
        },
        TimeSpan.FromSeconds(30),
        TestContext.Current.CancellationToken);
}
