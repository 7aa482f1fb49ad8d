using System.Text;
using System.Text.Json;

namespace Sora.VideoService.Tests.Creates;

/// <summary>An answer to a create, byte by byte.</summary>
internal sealed record Reply(int Status, string Body, bool IsReplay, string? Receipt)
{
    public string Id => ReadJson().Text("id")!;

    public Answer ReadJson() => new(Status, new Dictionary<string, string>(), JsonSerializer.Deserialize<JsonElement>(Body));
}

/// <summary>The same create as often as it is sent, with the headers of a client's library.</summary>
internal sealed record Wish(Customer Customer, params (string Name, string Value)[] Headers)
{
    public string Prompt { get; init; } = Customer.Prompt;

    public string Size { get; init; } = "1280x720";

    public string Path { get; init; } = "/v1/videos";

    public byte[]? Reference { get; init; }

    public static Wish Keyed(Customer customer, string? key = null) =>
        new(customer, ("Idempotency-Key", key ?? $"{Guid.NewGuid()}"));

    /// <summary>As node and python send it, which count their repetitions.</summary>
    public static Wish Node(Customer customer, int retry) =>
        new(customer, ("x-stainless-lang", "js"), ("x-stainless-retry-count", $"{retry}"));

    /// <summary>As the .NET client sends it, which does not.</summary>
    public static Wish DotNet(Customer customer) => new(customer, ("x-stainless-lang", "csharp"));

    /// <summary>Sends it, each time with another boundary.</summary>
    public async Task<Reply> SendAsync()
    {
        using var form = new MultipartFormDataContent($"b{Guid.NewGuid():n}");
        form.Add(new StringContent(Prompt, Encoding.UTF8), "prompt");
        if (Path == "/v1/videos")
        {
            form.Add(new StringContent("plain-1"), "model");
            form.Add(new StringContent(Size), "size");
        }

        if (Reference is not null)
        {
            form.Add(new ByteArrayContent(Reference), "input_reference", "frame.png");
        }

        using var answer = await Customer.PostAsync(form, Path, Headers);
        return new Reply(
            (int)answer.StatusCode,
            await answer.Content.ReadAsStringAsync(),
            answer.Headers.TryGetValues("Idempotent-Replayed", out var replayed) && replayed.Single() == "true",
            answer.Headers.TryGetValues("x-sora-delivery-receipt", out var receipt) ? receipt.Single() : null);
    }

    /// <summary>The same, and the gateway says that the answer has arrived.</summary>
    public async Task<Reply> SendAndReceiveAsync()
    {
        var reply = await SendAsync();
        using var noted = await Customer.PostAsync(
            JsonContent.Create(new { command_id = reply.Receipt }), $"/internal/creates/{reply.Receipt}/delivered");
        Assert.Equal(204, (int)noted.StatusCode);
        return reply;
    }
}
