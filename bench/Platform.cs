using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using Sora.Bench.Clients;
using Sora.Bench.Reports;
using Sora.TestServers;
using Sora.TestServers.Platform;
using Sora.TestServers.Processes;

namespace Sora.Bench;

/// <summary>
/// The whole platform as processes, with durable servers of its own, a simulator in cheap mode, and budgets that no run exhausts.
/// </summary>
internal sealed class Platform : IAsyncDisposable
{
    private const string NoLimit = "1000000000000000";

    private readonly SoraSystem _system;

    private Platform(SoraSystem system, OwnServers servers)
    {
        _system = system;
        OwnServers = servers;
    }

    /// <summary>Gateway, services and simulator.</summary>
    public IReadOnlyCollection<ServiceProcess> Services => _system.Services;

    /// <summary>The public door.</summary>
    public ServiceProcess Gateway => _system.Gateway;

    /// <summary>The first API key.</summary>
    public string ApiKey => _system.ApiKey;

    /// <summary>PostgreSQL, RabbitMQ and Redis.</summary>
    public IReadOnlyCollection<ChildProcess> Servers => [OwnServers.Postgres, OwnServers.RabbitMq, OwnServers.Redis];

    /// <inheritdoc cref="Servers"/>
    public OwnServers OwnServers { get; }

    /// <summary>Starts everything and returns once all of it is healthy.</summary>
    /// <param name="options">What the command line said.</param>
    /// <param name="configure">A last word on any service's variables.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public static async Task<Platform> StartAsync(
        BenchOptions options, Action<SoraSystem>? configure, CancellationToken cancellationToken)
    {
        Report.Say("starting servers and services");
        var servers = new OwnServers(durable: true);
        try
        {
            await servers.StartAsync(cancellationToken);
            var system = await SoraSystem.StartAsync(
                servers,
                system =>
                {
                    Configure(system, options);
                    configure?.Invoke(system);
                },
                cancellationToken);
            return new Platform(system, servers);
        }
        catch
        {
            servers.Dispose();
            throw;
        }
    }

    /// <summary>A client with the first API key, at the public door unless it comes through another.</summary>
    public VideoClient NewClient(Uri? door = null, Sdk sdk = Sdk.Node) => new(door ?? Gateway.Address, _system.ApiKey, sdk);

    /// <summary>The same without the SDKs' ways, for the rest of the public API.</summary>
    public HttpClient NewHttp() => new()
    {
        BaseAddress = _system.Gateway.Address,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", _system.ApiKey) },
    };

    /// <summary>A connection to a service's database, not from a pool: servers may be killed.</summary>
    public NpgsqlConnection Connect(ServiceDatabase database) =>
        new($"{_system[database.Service].Variables[$"ConnectionStrings__{database.Name}"]};Pooling=false");

    /// <summary>Reads one of the simulator's control routes.</summary>
    public async Task<JsonElement> AskSimulatorAsync(string route, CancellationToken cancellationToken)
    {
        var simulator = _system["simulator"];
        using var http = new HttpClient { BaseAddress = simulator.Address };
        http.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Bearer", simulator.Variables["Simulator__ApiKey"]);
        return await http.GetFromJsonAsync<JsonElement>($"simulator/{route}", cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _system.DisposeAsync();
        OwnServers.Dispose();
    }

    private static void Configure(SoraSystem system, BenchOptions options)
    {
        system["simulator"].Variables["Simulator__Cheap"] = "true";
        system["simulator"].Variables["Simulator__RenderTime"] = $"{options.RenderTime}";
        foreach (var level in new[] { "Organization", "Project", "User" })
        {
            system["quota-service"].Variables[$"Budgets__Default{level}__MonthlyLimitMicroUsd"] = NoLimit;
        }

        foreach (var service in options.Traced ? [] : system.Services)
        {
            service.Variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = null;
        }
    }
}

/// <summary>A database and the service that owns it.</summary>
/// <param name="Service">For example <c>video-service</c>.</param>
/// <param name="Name">For example <c>videodb</c>.</param>
internal sealed record ServiceDatabase(string Service, string Name)
{
    public static readonly ServiceDatabase Videos = new("video-service", "videodb");
    public static readonly ServiceDatabase Quota = new("quota-service", "quotadb");
    public static readonly ServiceDatabase Storage = new("storage-worker", "storagedb");
    public static readonly ServiceDatabase Webhooks = new("webhook-service", "webhookdb");

    /// <summary>Every database with an outbox.</summary>
    public static readonly IReadOnlyList<ServiceDatabase> All = [Videos, Quota, Storage, Webhooks];
}
