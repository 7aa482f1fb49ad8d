using System.Collections.Concurrent;
using System.Net;

namespace Sora.Platform.Tests.Isolation;

/// <summary>A customer's web server that takes webhooks, on loopback.</summary>
internal sealed class Inbox : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<string> _received = new();

    private Inbox()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            _received.Enqueue($"{context.Request.Path} {await reader.ReadToEndAsync(context.RequestAborted)}");
        });
    }

    /// <summary>Its root.</summary>
    public string Address => _app.Urls.Single();

    /// <summary>Path and body of everything that has come.</summary>
    public IReadOnlyCollection<string> Received => _received;

    public static async Task<Inbox> OpenAsync()
    {
        var inbox = new Inbox();
        await inbox._app.StartAsync();
        return inbox;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
