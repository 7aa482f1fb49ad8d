using System.Collections.Concurrent;
using System.Security.Cryptography;
using Dapper;
using MassTransit;
using Microsoft.Extensions.Options;
using Npgsql;
using Sora.Contracts;
using Sora.ServiceDefaults;
using Sora.ServiceDefaults.Identity;
using Sora.TestServers;
using Sora.TestServers.Platform;
using Sora.TestServers.Processes;
using Sora.WebhookService.Tests.Harness;
using Xunit;

[assembly: AssemblyFixture(typeof(SharedWebhookSystem))]

namespace Sora.WebhookService.Tests.Harness;

/// <summary>
/// The service with a database and a broker of its own, the rest of the platform as a bus that speaks and hears, and the
/// customers' web server. Its schedule is short: ten attempts in a second.
/// </summary>
internal sealed class WebhookSystem : IAsyncDisposable
{
    private readonly SharedServers _servers = new();
    private readonly ConcurrentQueue<AuditRecorded> _audits = new();
    private readonly string _secret = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
    private readonly Dictionary<string, string?> _settings = [];
    private IBusControl? _bus;
    private ServiceHost? _service;

    private WebhookSystem(Receiver receiver)
    {
        Receiver = receiver;
        Gateway = new InternalTokens(
            Options.Create(new InternalIdentityOptions { Secret = _secret }), new ServiceName("gateway"), Clock);
    }

    public Receiver Receiver { get; }

    public InternalTokens Gateway { get; }

    public ShiftedClock Clock { get; } = new();

    /// <summary>Where the service answers.</summary>
    public Uri ServiceAddress { get; set; } = new("http://127.0.0.1");

    public string Database { get; private set; } = "";

    /// <summary>What the service is configured with.</summary>
    public IReadOnlyDictionary<string, string?> Settings => _settings;

    /// <summary>Starts all of it.</summary>
    /// <param name="settings">What is different this time; a null takes a setting away.</param>
    public static async Task<WebhookSystem> StartAsync(params (string Name, string? Value)[] settings)
    {
        var system = await PrepareAsync(settings);
        system._service = new ServiceHost(system._settings, system.Clock);
        system._service.StartServer();
        system.ServiceAddress = system._service.Address;
        // Its queues exist once it is healthy; what is published before is lost.
        using var http = new HttpClient { BaseAddress = system.ServiceAddress };
        await Wait.UntilAsync("the service is healthy", http.IsHealthyAsync);
        return system;
    }

    /// <summary>The same without the service, for tests that run it as a process.</summary>
    public static async Task<WebhookSystem> PrepareAsync(params (string Name, string? Value)[] settings)
    {
        var system = new WebhookSystem(await Receiver.StartAsync());
        system.Database = await system._servers.CreateDatabaseAsync("webhookdb");
        var broker = await system._servers.CreateVirtualHostAsync();
        system.Configure(broker);
        foreach (var (name, value) in settings)
        {
            if (value is null)
            {
                system._settings.Remove(name);
            }
            else
            {
                system._settings[name] = value;
            }
        }

        system._bus = Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            rabbit.Host(new Uri(broker));
            rabbit.ReceiveEndpoint("audit", endpoint => endpoint.Handler<AuditRecorded>(context =>
            {
                system._audits.Enqueue(context.Message);
                return Task.CompletedTask;
            }));
        });
        await system._bus.StartAsync();
        return system;
    }

    public async ValueTask DisposeAsync()
    {
        if (_service is not null)
        {
            await _service.DisposeAsync();
        }

        await _bus!.StopAsync();
        await Receiver.DisposeAsync();
        NpgsqlConnection.ClearAllPools();
        await _servers.DisposeAsync();
    }

    public Customer NewCustomer(string? organization = null) => new(this, new Caller(
        $"user_{Guid.NewGuid():n}",
        organization ?? $"org_{Guid.NewGuid():n}",
        $"proj_{Guid.NewGuid():n}",
        "member",
        ["*"],
        "key_1",
        30));

    /// <summary>Says something to the service, as another service would.</summary>
    public Task PublishAsync<T>(T message)
        where T : class => _bus!.Publish(message, TestContext.Current.CancellationToken);

    /// <summary>The same message twice: the second time as the broker repeats it.</summary>
    public async Task PublishTwiceAsync<T>(T message)
        where T : class
    {
        var id = Guid.NewGuid();
        await _bus!.Publish(message, context => context.MessageId = id, TestContext.Current.CancellationToken);
        await _bus!.Publish(message, context => context.MessageId = id, TestContext.Current.CancellationToken);
    }

    /// <summary>The audit entry that somebody left of something, once it is heard.</summary>
    public Task<AuditRecorded> AuditAsync(string action, string target) => Wait.ForAsync(
        $"{action} of {target} is audited",
        _ => Task.FromResult(_audits.FirstOrDefault(audit => audit.Action == action && audit.Target == target)),
        TimeSpan.FromSeconds(30),
        TestContext.Current.CancellationToken);

    public async Task<T?> QueryAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = new NpgsqlConnection(Database);
        return await connection.ExecuteScalarAsync<T>(sql, parameters);
    }

    private void Configure(string broker)
    {
        _settings["ConnectionStrings:webhookdb"] = Database;
        _settings["ConnectionStrings:rabbitmq"] = broker;
        _settings["InternalIdentity:Secret"] = _secret;
        _settings["Endpoints:SealingKeys:0"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        _settings["Egress:AllowHttp"] = "true";
        _settings["Egress:AllowedNetworks:0"] = "127.0.0.0/8";
        _settings["Deliveries:Timeout"] = "00:00:02";
        _settings["Deliveries:Lease"] = "00:00:04";
        _settings["Deliveries:PollInterval"] = "00:00:00.050";
        _settings["Deliveries:MaxPause"] = "00:00:00.100";
        for (var attempt = 0; attempt < 10; attempt++)
        {
            _settings[$"Deliveries:Schedule:{attempt}"] = attempt == 0 ? "00:00:00" : "00:00:00.100";
        }
    }
}

/// <summary>The one that tests share which do not mind the others' endpoints.</summary>
public sealed class SharedWebhookSystem : IAsyncLifetime
{
    private WebhookSystem? _system;

    internal WebhookSystem System => _system ?? throw new InvalidOperationException("The system has not started.");

    public async ValueTask InitializeAsync() => _system = await WebhookSystem.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_system is not null)
        {
            await _system.DisposeAsync();
        }
    }
}
