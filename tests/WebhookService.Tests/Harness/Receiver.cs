using System.Collections.Concurrent;

namespace Sora.WebhookService.Tests.Harness;

/// <summary>The customers' web server, on loopback.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, Mailbox> _mailboxes = new();
    private int _connections;

    private Receiver()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen =>
            listen.Use(next => connection =>
            {
                Interlocked.Increment(ref _connections);
                return next(connection);
            })));
        _app = builder.Build();
        _app.Run(context => _mailboxes.TryGetValue(context.Request.Path, out var mailbox)
            ? mailbox.TakeAsync(context)
            : Mailbox.Status(404)(context));
    }

    public Uri Address => new(_app.Urls.Single());

    /// <summary>Everybody who connected, whatever he said then.</summary>
    public int Connections => _connections;

    public static async Task<Receiver> StartAsync()
    {
        var receiver = new Receiver();
        await receiver._app.StartAsync();
        return receiver;
    }

    /// <summary>A URL of its own.</summary>
    public Mailbox NewMailbox(RequestDelegate? answer = null)
    {
        var mailbox = new Mailbox(new Uri(Address, $"/{Guid.NewGuid():n}"));
        mailbox.Answer = answer ?? mailbox.Answer;
        _mailboxes[mailbox.Url.AbsolutePath] = mailbox;
        return mailbox;
    }

    public async ValueTask DisposeAsync()
    {
        // Answers that hang on purpose must not hold the end up.
        using var now = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }
}
