using Sora.TestServers.Processes;
using Sora.TestServers.Telemetry;

namespace Sora.TestServers.Platform;

/// <summary>
/// The whole platform as processes: servers, the five services, the simulator, and a collector of their spans.
/// </summary>
public sealed class SoraSystem : IAsyncDisposable
{
    private readonly ProcessFolder _folder = new("system");
    private readonly SharedServers _share;
    private readonly Dictionary<string, ServiceProcess> _services;

    private SoraSystem(OwnServers? servers, TelemetryCollector telemetry)
    {
        Servers = servers;
        Telemetry = telemetry;
        _share = servers is null ? new SharedServers() : new SharedServers(servers);
        _services = SystemWiring.Services.ToDictionary(
            service => service.Name, service => new ServiceProcess(_folder, service.Name, service.Project));
    }

    /// <summary>Its own servers, to kill and restart; null where it shares the ones of all tests.</summary>
    public OwnServers? Servers { get; }

    /// <summary>What the services exported.</summary>
    public TelemetryCollector Telemetry { get; }

    /// <summary>The public door.</summary>
    public ServiceProcess Gateway => _services["gateway"];

    /// <summary>The API key that the first start made: an owner's, of the first project.</summary>
    public string ApiKey { get; private set; } = "";

    /// <summary>Every service and the simulator, in the order in which they depend on each other.</summary>
    public IReadOnlyCollection<ServiceProcess> Services => _services.Values;

    /// <summary>
    /// A service by its name: <c>video-service</c>, <c>quota-service</c>, <c>storage-worker</c>,
    /// <c>webhook-service</c>, <c>gateway</c>, <c>simulator</c>.
    /// </summary>
    public ServiceProcess this[string name] => _services[name];

    /// <summary>Starts everything and returns once all of it is healthy.</summary>
    /// <param name="servers">Running servers of one's own, for tests that break them; null shares.</param>
    /// <param name="configure">A last word on any service's variables.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public static async Task<SoraSystem> StartAsync(
        OwnServers? servers = null,
        Action<SoraSystem>? configure = null,
        CancellationToken cancellationToken = default)
    {
        var system = new SoraSystem(servers, await TelemetryCollector.StartAsync(cancellationToken));
        try
        {
            await SystemWiring.ConnectAsync(
                system._services, system._share, system._folder.Path, system.Telemetry.Address, cancellationToken);
            configure?.Invoke(system);
            await Task.WhenAll(system._services.Values.Select(service => service.StartAsync(cancellationToken)));
            system.ApiKey = await Wait.ForAsync("the first API key", system.ReadKeyAsync, null, cancellationToken);
            return system;
        }
        catch
        {
            await system.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _folder.Dispose();
        await _share.DisposeAsync();
        await Telemetry.DisposeAsync();
    }

    private async Task<string?> ReadKeyAsync(CancellationToken cancellationToken)
    {
        var file = SystemWiring.FirstKeyFile(_folder.Path);
        var key = File.Exists(file) ? (await File.ReadAllTextAsync(file, cancellationToken)).Trim() : "";
        return key.Length > 0 ? key : null;
    }
}
