using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;
using Sora.ServiceDefaults;
using Sora.ServiceDefaults.Identity;
using Sora.TestServers;
using Sora.TestServers.Processes;

namespace Sora.StorageWorker.Tests.Drivers;

/// <summary>
/// A StorageWorker on real servers, with everything that it calls; shared by all tests, each of which has its
/// own project.
/// </summary>
public sealed class StorageSystem : IAsyncLifetime
{
    private const string Secret = "c2l4dGVlbiBieXRlcyBhbmQgc2l4dGVlbiBtb3JlISE=";

    private readonly SharedServers _servers = new();
    private readonly DirectoryInfo _objects = Directory.CreateTempSubdirectory("sora-objects-");
    private readonly HttpClient _http = new();
    private string _database = "";
    private Dictionary<string, string> _settings = [];
    private WorkerHost? _worker;
    private StubServer? _stub;
    private Announcements? _announcements;

    /// <summary>Settings that differ from those of the shared system; set before its start.</summary>
    internal IReadOnlyList<(string Key, string Value)> Differences { get; init; } = [];

    internal IReadOnlyList<string> LogLines => _worker!.Log.Lines;

    internal StubServer Stub => _stub!;

    internal Announcements Announcements => _announcements!;

    internal string ObjectsRoot => _objects.FullName;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        _database = await _servers.CreateDatabaseAsync("storagedb");
        var rabbitMq = await _servers.CreateVirtualHostAsync();
        _stub = await StubServer.StartAsync();
        _settings = new Dictionary<string, string>
        {
            ["ConnectionStrings:storagedb"] = _database,
            ["ConnectionStrings:rabbitmq"] = rabbitMq,
            ["InternalIdentity:Secret"] = Secret,
            ["services:video-service:http:0"] = _stub.Address.ToString(),
            ["Upstreams:stub:BaseUrl"] = $"{_stub.Address}upstream/v1",
            ["Upstreams:stub:Credentials:default"] = "key",
            ["Upstreams:stub:ContentTimeout"] = "00:00:02",
            ["Objects:Disk:Root"] = _objects.FullName,
            ["Egress:AllowHttp"] = "true",
            ["Egress:AllowedNetworks:0"] = "127.0.0.0/8",
            ["Clips:PollInterval"] = "00:00:00.050",
            ["Clips:RetryDelay"] = "00:00:00.020",
            ["Clips:MaxRetryDelay"] = "00:00:00.200",
            ["Clips:MissingLimit"] = "3",
            ["Clips:MissingWindow"] = "00:00:00",
            ["Clips:BrokenLimit"] = "3",
            ["Clips:MaxVideoBytes"] = "20000000",
            ["References:MaxBytes"] = "200000",
            ["References:FetchTimeLimit"] = "00:00:02",
            ["References:SweepInterval"] = "00:00:00.100",
            ["Uploads:MaxBytes"] = "5000000",
            ["Lifetimes:Grace"] = "00:00:00",
            ["Lifetimes:SweepInterval"] = "00:00:00.100",
            ["Scrubbing:PollInterval"] = "00:00:00.050",
            ["Scrubbing:RetryDelay"] = "00:00:00.100",
            ["Scrubbing:AuditInterval"] = "00:00:00.200",
            ["Shares:PublicUrl"] = "https://sora.example.com/",
        };
        _worker = StartWorker([.. Differences]);
        _announcements = await Announcements.ConnectAsync(rabbitMq);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _announcements!.DisposeAsync();
        await _worker!.DisposeAsync();
        await _stub!.DisposeAsync();
        await _servers.DisposeAsync();
        _objects.Delete(recursive: true);
    }

    /// <summary>Starts another worker beside the first, on the same servers.</summary>
    internal WorkerHost StartWorker(params (string Key, string Value)[] settings)
    {
        var all = new Dictionary<string, string>(_settings);
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        return new WorkerHost(all);
    }

    /// <summary>A video that nobody has heard of yet, in a project of its own.</summary>
    internal TestClip NewClip() => new(this);

    /// <summary>Sends a request to the worker, as the gateway would (or as a service).</summary>
    internal async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, Caller caller, string issuer = "gateway", Uri? address = null)
    {
        request.RequestUri = new Uri(address ?? _worker!.Address, request.RequestUri!);
        var tokens = new InternalTokens(
            Options.Create(new InternalIdentityOptions { Secret = Secret }), new ServiceName(issuer), TimeProvider.System);
        request.Headers.Add(InternalTokens.Header, tokens.Mint("storage-worker", caller));
        return await _http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Sends a request as the gateway does for somebody without a key.</summary>
    internal Task<HttpResponseMessage> SendAnonymouslyAsync(HttpRequestMessage request)
    {
        request.RequestUri = new Uri(_worker!.Address, request.RequestUri!);
        return _http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    internal Task PublishAsync<T>(T message)
        where T : class => Announcements.PublishAsync(message);

    /// <summary>
    /// Publishes a message and returns once the consumer has had it, whatever it made of it.
    /// </summary>
    internal async Task PublishAndWaitAsync<T>(T message, string consumer)
        where T : class
    {
        var id = await Announcements.PublishAsync(message);
        await Wait.UntilAsync($"{consumer} has had the message", _ => QueryAsync<bool>(
            "select count(*) = 1 from inbox where consumer = @consumer and message_id = @id", new { consumer, id }));
    }

    internal async Task<T?> QueryAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = new NpgsqlConnection(_database);
        return await connection.QuerySingleOrDefaultAsync<T>(sql, parameters);
    }

    internal async Task ExecuteAsync(string sql, object? parameters = null)
    {
        await using var connection = new NpgsqlConnection(_database);
        await connection.ExecuteAsync(sql, parameters);
    }
}
