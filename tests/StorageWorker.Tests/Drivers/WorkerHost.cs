using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Sora.StorageWorker.Clips;

namespace Sora.StorageWorker.Tests.Drivers;

/// <summary>One StorageWorker in this process, on Kestrel.</summary>
internal sealed class WorkerHost : WebApplicationFactory<ClipOptions>
{
    private readonly IReadOnlyDictionary<string, string> _settings;

    public WorkerHost(IReadOnlyDictionary<string, string> settings)
    {
        _settings = settings;
        UseKestrel(0);
        StartServer();
    }

    public RecordedLog Log { get; } = new();

    public Uri Address => new(Services.GetRequiredService<IServer>()
        .Features.Get<IServerAddressesFeature>()!.Addresses.First());

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.ConfigureLogging(logging => logging.ClearProviders().AddProvider(Log));
        foreach (var (key, value) in _settings)
        {
            builder.UseSetting(key, value);
        }
    }
}
