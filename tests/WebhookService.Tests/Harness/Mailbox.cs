using System.Collections.Concurrent;
using Sora.TestServers.Processes;
using Sora.WebhookService.Signatures;
using Xunit;

namespace Sora.WebhookService.Tests.Harness;

/// <summary>A customer's URL: keeps what it gets and answers as a test wants.</summary>
internal sealed class Mailbox(Uri url)
{
    private readonly ConcurrentQueue<ReceivedWebhook> _received = new();

    public Uri Url => url;

    /// <summary>What it answers; 204 unless set.</summary>
    public RequestDelegate Answer { get; set; } = Status(204);

    public IReadOnlyList<ReceivedWebhook> Received => [.. _received];

    /// <summary>An answer without a body.</summary>
    public static RequestDelegate Status(int status) => context =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    };

    /// <summary>An answer that only comes when the sender has given up.</summary>
    public static async Task Silence(HttpContext context) =>
        await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>Returns once it has got so many.</summary>
    public async Task<IReadOnlyList<ReceivedWebhook>> HearAsync(int count = 1)
    {
        await Wait.UntilAsync(
            $"{url} has got {count} (it has {_received.Count})",
            _ => Task.FromResult(_received.Count >= count),
            TimeSpan.FromSeconds(30),
            TestContext.Current.CancellationToken);
        return Received;
    }

    public async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var headers = new HeaderDictionary();
        foreach (var (name, values) in context.Request.Headers)
        {
            headers[name] = values;
        }

        _received.Enqueue(new ReceivedWebhook(headers, body.ToArray(), TimeProvider.System.GetUtcNow()));
        await Answer(context);
    }
}

/// <summary>A request as it came.</summary>
internal sealed record ReceivedWebhook(IHeaderDictionary Headers, byte[] Bytes, DateTimeOffset At)
{
    public string Id => Headers[StandardWebhooks.IdHeader].ToString();

    public string Timestamp => Headers[StandardWebhooks.TimestampHeader].ToString();

    public IReadOnlyList<string> Signatures => Headers[StandardWebhooks.SignatureHeader].ToString().Split(' ');

    public string Body => System.Text.Encoding.UTF8.GetString(Bytes);

    /// <summary>Why a receiver with this secret would not believe it, or null.</summary>
    public string? FindFault(string secret, DateTimeOffset? now = null) =>
        StandardWebhooks.FindFault(Headers, Bytes, [new WebhookSecret(secret)], now ?? At)?.Message;
}
