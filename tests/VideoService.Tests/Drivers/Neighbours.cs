using Sora.ServiceDefaults;
using Sora.ServiceDefaults.Identity;

namespace Sora.VideoService.Tests.Drivers;

/// <summary>Everybody VideoService calls over HTTP, on one port.</summary>
internal sealed class Neighbours : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Neighbours(WebApplication app, Func<string, InternalTokens> tokensOf)
    {
        _app = app;
        Quota = new StubQuota(tokensOf("quota-service"));
        Storage = new StubStorage(tokensOf("storage-worker"));
        Upstream = new StubUpstream(TimeProvider.System);
    }

    public StubQuota Quota { get; }

    public StubStorage Storage { get; }

    public StubUpstream Upstream { get; }

    public Uri Address => new(_app.Urls.First());

    public static async Task<Neighbours> StartAsync(Func<string, InternalTokens> tokensOf)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        builder.Services.ConfigureHttpJsonOptions(json => Extensions.ConfigureJson(json.SerializerOptions));
        var neighbours = new Neighbours(builder.Build(), tokensOf);
        neighbours.Quota.Map(neighbours._app);
        neighbours.Storage.Map(neighbours._app);
        neighbours.Upstream.Map(neighbours._app);
        await neighbours._app.StartAsync();
        return neighbours;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }
}
