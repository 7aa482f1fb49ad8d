using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Sora.Simulator.Tests;

/// <summary>What a simulator sent in one attempt.</summary>
internal sealed record WebhookAttempt(string Id, string Timestamp, string Signature, string Body)
{
    public string Type => JsonSerializer.Deserialize<JsonElement>(Body).Text("type");

    public string VideoId => JsonSerializer.Deserialize<JsonElement>(Body).GetProperty("data").Text("id");

    /// <summary>Checked from the specification, without the code under test.</summary>
    public bool IsSignedWith(string secret)
    {
        var key = Convert.FromBase64String(secret["whsec_".Length..]);
        var hash = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{Id}.{Timestamp}.{Body}"));
        return Signature == $"v1,{Convert.ToBase64String(hash)}";
    }
}

/// <summary>A server on a free port that keeps what it is sent.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<WebhookAttempt> _received = new();
    private readonly WebApplication _app;
    private int _refusals;

    private WebhookReceiver()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapPost("/hooks", ReceiveAsync);
    }

    public string Url => $"{_app.Urls.Single()}/hooks";

    public IReadOnlyList<WebhookAttempt> Received => [.. _received];

    public static WebhookReceiver Start()
    {
        var receiver = new WebhookReceiver();
        receiver._app.Start();
        return receiver;
    }

    /// <summary>Answers the next attempts with 500.</summary>
    public void Refuse(int attempts) => Volatile.Write(ref _refusals, attempts);

    public async Task<IReadOnlyList<WebhookAttempt>> WaitAsync(int count)
    {
        await Until.TrueAsync(() => Task.FromResult(_received.Count >= count));
        Assert.Equal(count, _received.Count);
        return Received;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task<IResult> ReceiveAsync(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        var body = await reader.ReadToEndAsync();
        _received.Enqueue(new WebhookAttempt(
            request.Headers["webhook-id"].ToString(),
            request.Headers["webhook-timestamp"].ToString(),
            request.Headers["webhook-signature"].ToString(),
            body));
        return Results.StatusCode(Interlocked.Decrement(ref _refusals) >= 0 ? 500 : 200);
    }
}
