using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Sora.Bench.Clients;

/// <summary>A customer's web server: it checks each webhook's signature and notes when each video's event first came.</summary>
internal sealed class WebhookReceiver(int port)
{
    private readonly ConcurrentDictionary<(string Path, string VideoId), long> _firsts = new();
    private WebApplication? _app;
    private long _forged;

    /// <summary>What each path's webhooks are signed with.</summary>
    public ConcurrentDictionary<string, string> Secrets { get; } = new();

    /// <summary>Paths that take requests and never answer.</summary>
    public ConcurrentDictionary<string, bool> Silent { get; } = new();

    /// <summary>The URL of a path.</summary>
    public string Url(string path) => $"http://127.0.0.1:{port}{path}";

    /// <summary>Webhooks whose signature was not right.</summary>
    public long Forged => Volatile.Read(ref _forged);

    /// <summary>How many videos a path was told of.</summary>
    public int Count(string path) => _firsts.Keys.Count(key => key.Path == path);

    /// <summary>When a path was first told of a video, as a timestamp of <see cref="Stopwatch"/>; null if never.</summary>
    public long? FirstAt(string path, string videoId) =>
        _firsts.TryGetValue((path, videoId), out var at) ? at : null;

    /// <summary>Listens; again after a stop.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        _app = builder.Build();
        _app.Run(TakeAsync);
        await _app.StartAsync(cancellationToken);
    }

    /// <summary>Refuses connections from now on.</summary>
    public async Task StopAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await _app!.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext context)
    {
        var at = Stopwatch.GetTimestamp();
        var path = context.Request.Path.Value!;
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        if (Silent.ContainsKey(path))
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        if (!IsSigned(context.Request.Headers, body.ToArray(), Secrets[path]))
        {
            Interlocked.Increment(ref _forged);
        }

        var webhook = JsonSerializer.Deserialize<JsonElement>(body.ToArray());
        _firsts.TryAdd((path, webhook.GetProperty("data").GetProperty("id").GetString()!), at);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static bool IsSigned(IHeaderDictionary headers, byte[] body, string secret)
    {
        var key = Convert.FromBase64String(secret["whsec_".Length..]);
        var signed = Encoding.UTF8.GetBytes($"{headers["webhook-id"]}.{headers["webhook-timestamp"]}.");
        var signature = HMACSHA256.HashData(key, signed.Concat(body).ToArray());
        return headers["webhook-signature"] == $"v1,{Convert.ToBase64String(signature)}";
    }
}
