using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Sora.ServiceDefaults;
using Sora.ServiceDefaults.Identity;
using Sora.TestServers;

[assembly: CollectionBehavior(MaxParallelThreads = 12)]
[assembly: AssemblyFixture(typeof(Sora.VideoService.Tests.Drivers.VideoSystem))]

namespace Sora.VideoService.Tests.Drivers;

/// <summary>
/// VideoService with its real servers and stand-ins for its neighbours; every test brings its own customer.
/// </summary>
public sealed class VideoSystem : IAsyncLifetime
{
    private static readonly string Secret = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    private readonly SharedServers _servers = new();
    private HttpClient? _http;
    private Neighbours? _neighbours;
    private MessageLog? _messages;
    private VideoServiceHost? _service;

    internal Dictionary<string, string> Settings { get; private set; } = [];

    internal VideoServiceHost Service => _service!;

    internal StubQuota Quota => _neighbours!.Quota;

    internal StubStorage Storage => _neighbours!.Storage;

    internal StubUpstream Upstream => _neighbours!.Upstream;

    internal MessageLog Messages => _messages!;

    internal VideoTable Videos { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var rabbitMq = await _servers.CreateVirtualHostAsync();
        var database = await _servers.CreateDatabaseAsync("videodb");
        _neighbours = await Neighbours.StartAsync(Tokens);
        Settings = Wiring.Settings(_neighbours.Address, Secret);
        Settings["ConnectionStrings:videodb"] = database;
        Settings["ConnectionStrings:rabbitmq"] = rabbitMq;
        Settings["ConnectionStrings:redis"] = await _servers.CreateRedisDatabaseAsync();
        _messages = await MessageLog.StartAsync(rabbitMq);
        _service = await VideoServiceHost.StartAsync(Settings);
        Videos = new VideoTable(database);
        _http = new HttpClient { BaseAddress = _service.ClientOptions.BaseAddress };
    }

    /// <summary>Somebody new, in a project of their own or a given one.</summary>
    internal Customer NewCustomer(string? project = null) => Customer.New(_http!, Tokens("gateway"), project);

    /// <summary>Settings for a service with a database and queues of its own, which lie on the given servers.</summary>
    internal async Task<Dictionary<string, string>> SettingsApartAsync(
        SharedServers servers, string? database = null) => new(Settings)
        {
            ["ConnectionStrings:videodb"] = database ?? await servers.CreateDatabaseAsync("videodb"),
            ["ConnectionStrings:rabbitmq"] = await servers.CreateVirtualHostAsync(),
        };

    /// <summary>An object of the running service.</summary>
    internal T Get<T>()
        where T : notnull => Service.Services.GetRequiredService<T>();

    public async ValueTask DisposeAsync()
    {
        _http?.Dispose();
        await (_service?.DisposeAsync() ?? default);
        await (_messages?.DisposeAsync() ?? default);
        await (_neighbours?.DisposeAsync() ?? default);
        await (Videos?.DisposeAsync() ?? default);
        await _servers.DisposeAsync();
    }

    private static InternalTokens Tokens(string service) => new(
        Options.Create(new InternalIdentityOptions { Secret = Secret }), new ServiceName(service), TimeProvider.System);
}
