using System.Diagnostics;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Dapper;
using Npgsql;
using Sora.Gateway.ApiKeys;
using Sora.Gateway.Tests.Harness;
using Sora.TestServers;
using Xunit;

[assembly: AssemblyFixture(typeof(Edge))]

namespace Sora.Gateway.Tests.Harness;

/// <summary>A gateway with its database and a stub of each service: what most tests share.</summary>
public sealed class Edge : IAsyncLifetime
{
    private static readonly string[] ServiceNames =
        ["video-service", "quota-service", "storage-worker", "webhook-service"];

    /// <summary>Keeps what was handed to the outbox, whether a relay has taken it or not.</summary>
    private const string CopyOutbox =
        """
        create table outbox_copy (id bigint, type text, body json);
        create function copy_outbox() returns trigger language plpgsql security definer as
            $$ begin insert into outbox_copy values (new.id, new.type, new.body); return new; end $$;
        create trigger copy after insert on outbox for each row execute function copy_outbox();
        """;

    private readonly SharedServers _servers = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("sora-gateway-").FullName;
    private readonly string _secret = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
    private readonly List<GatewayHost> _gateways = [];
    private Dictionary<string, ServiceStub> _stubs = [];
    private string _database = "";

    /// <summary>
    /// A client without a key and without opinions: no redirects, no retries, no default headers.
    /// </summary>
    public HttpClient Http { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    /// <summary>The first key: may do everything.</summary>
    public string Key { get; private set; } = "";

    public Uri Address => _gateways[0].Address;

    internal IServiceProvider Services => _gateways[0].Services;

    /// <summary>The connection string of the shared gateway's database.</summary>
    internal string Database => _database;

    internal string LoggedText => _gateways[0].Log.Text;

    public async ValueTask InitializeAsync()
    {
        _stubs = ServiceNames.ToDictionary(name => name, name => new ServiceStub(name, _secret));
        await Task.WhenAll(_stubs.Values.Select(stub => stub.StartAsync()));
        _database = await _servers.CreateDatabaseAsync("identitydb");
        var keyFile = NewKeyFile();
        Start(await NewSettingsAsync(_database, keyFile));
        Key = (await File.ReadAllTextAsync(keyFile)).Trim();
        await QueryAsync<int>(CopyOutbox);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        foreach (var gateway in _gateways)
        {
            await gateway.DisposeAsync();
        }

        foreach (var stub in _stubs.Values)
        {
            await stub.DisposeAsync();
        }

        NpgsqlConnection.ClearAllPools();
        await _servers.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Where a gateway may write its first key.</summary>
    internal string NewKeyFile() => Path.Combine(_folder, Guid.NewGuid().ToString("n"), "key");

    /// <summary>Where a gateway with these settings writes how its first owner signs in.</summary>
    internal static string OwnerFile(Dictionary<string, string?> settings) =>
        Path.Combine(Path.GetDirectoryName(settings["Gateway:FirstKeyFile"])!, "first-owner");

    /// <summary>What a gateway needs to be told; on a database of its own unless one is given.</summary>
    internal async Task<Dictionary<string, string?>> NewSettingsAsync(string? database = null, string? keyFile = null)
    {
        var settings = _stubs.ToDictionary(
            stub => $"services:{stub.Key}:http:0", string? (stub) => stub.Value.Address);
        settings["ConnectionStrings:identitydb"] = database ?? await _servers.CreateDatabaseAsync("identitydb");
        settings["ConnectionStrings:rabbitmq"] = await _servers.CreateVirtualHostAsync();
        settings["ConnectionStrings:redis"] = await _servers.CreateRedisDatabaseAsync();
        settings["InternalIdentity:Secret"] = _secret;
        settings["Gateway:FirstKeyFile"] = keyFile ?? NewKeyFile();
        settings["Sessions:TriesPerAddress"] = "100000"; // every test comes from the same one
        foreach (var limit in new[] { "Read", "Create", "Other" })
        {
            settings[$"RateLimits:{limit}:PerKey"] = "1000000"; // every test uses the first key
            settings[$"RateLimits:{limit}:PerProject"] = "1000000";
            settings[$"RateLimits:{limit}:PerOrganization"] = "1000000";
        }

        settings["RateLimits:SignInPerAddress"] = "1000000";
        settings["RateLimits:AnonymousPerAddress"] = "1000000";
        return settings;
    }

    /// <summary>Starts another gateway; it ends with the tests.</summary>
    internal GatewayHost Start(Dictionary<string, string?> settings)
    {
        var gateway = new GatewayHost(settings);
        lock (_gateways)
        {
            _gateways.Add(gateway);
        }

        gateway.StartServer();
        return gateway;
    }

    internal ServiceStub Stub(string service) => _stubs[service];

    /// <summary>A request to the gateway, with the first key unless another, or none, is given.</summary>
    internal HttpRequestMessage Request(HttpMethod method, string path, string? key = "first") =>
        new(method, new Uri(Address, path))
        {
            Headers =
            {
                Authorization = key is null
                    ? null
                    : new AuthenticationHeaderValue("Bearer", key == "first" ? Key : key),
            },
        };

    /// <summary>Sends a request and returns as soon as the answer's headers are there.</summary>
    internal Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) =>
        Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);

    internal Task<HttpResponseMessage> GetAsync(string path, string? key = "first") =>
        SendAsync(Request(HttpMethod.Get, path, key));

    /// <summary>Sends JSON, as text where it is not to be JSON at all.</summary>
    internal Task<HttpResponseMessage> PostAsync(string path, object body, string? key = "first")
    {
        var request = Request(HttpMethod.Post, path, key);
        request.Content = body is string text
            ? new StringContent(text, MediaTypeHeaderValue.Parse("application/json"))
            : JsonContent.Create(body);
        return SendAsync(request);
    }

    internal Task<HttpResponseMessage> DeleteAsync(string path, string? key = "first") =>
        SendAsync(Request(HttpMethod.Delete, path, key));

    /// <summary>Works on the shared gateway's database.</summary>
    internal async Task<T?> QueryAsync<T>(string sql, object? parameters = null, string? database = null)
    {
        await using var connection = new NpgsqlConnection(database ?? _database);
        return await connection.ExecuteScalarAsync<T>(sql, parameters);
    }

    /// <summary>Makes another person of the first key's project, or of another organisation, with a key of theirs.</summary>
    internal async Task<Person> CreatePersonAsync(
        string role, string scope = Scopes.All, string? organization = null, string? project = null)
    {
        var (key, text) = ApiKey.Create();
        var name = $"{Guid.NewGuid():n}";
        organization ??= await QueryAsync<string>("select organization_id from projects order by created_at limit 1");
        project ??= await QueryAsync<string>("select id from projects order by created_at limit 1");
        var person = new Person($"user_{name}", $"key_{name}", text, organization!, project!);
        await QueryAsync<int>(
            """
            insert into organizations (id, name, created_at) values (@Organization, 'Another', now()) on conflict do nothing;
            insert into projects (id, organization_id, name, retention_days, created_at)
                values (@Project, @Organization, 'Another', 30, now()) on conflict do nothing;
            insert into users (id, name, created_at) values (@User, 'Somebody', now());
            insert into organization_members (organization_id, user_id, role, created_at)
                values (@Organization, @User, case when @role in ('owner', 'admin') then @role else 'member' end, now());
            insert into memberships (project_id, user_id, role, created_at)
                select @Project, @User, @role, now() where @role not in ('owner', 'admin');
            insert into api_keys (id, name, prefix, digest, project_id, user_id, scopes, created_at)
                values (@KeyId, 'Their key', @Prefix, @Digest, @Project, @User, array[@scope], now());
            """,
            new { person.Organization, person.Project, person.User, person.KeyId, role, key.Prefix, key.Digest, scope });
        return person;
    }

    /// <summary>Makes the owner of an organisation of their own.</summary>
    internal Task<Person> CreateStrangerAsync() => CreatePersonAsync(
        "owner", organization: $"org_{Guid.NewGuid():n}", project: $"proj_{Guid.NewGuid():n}");

    /// <summary>Asserts that a key that opened until now opens nothing later than a second from now.</summary>
    internal async Task AssertStopsWithinASecondAsync(string key)
    {
        var changed = Stopwatch.StartNew();
        var lastSuccess = TimeSpan.Zero;
        while (changed.Elapsed < TimeSpan.FromSeconds(1.3))
        {
            var asked = changed.Elapsed;
            using var answer = await GetAsync("/v1/usage", key);
            lastSuccess = answer.IsSuccessStatusCode ? asked : lastSuccess;
        }

        Assert.InRange(lastSuccess, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    /// <summary>Makes a second key of the first key's user, with rate limits of its own.</summary>
    internal async Task<(string Id, string Text)> CreateLimitedKeyAsync(int requestsPerMinute, int? createsPerMinute = null)
    {
        var key = await CreateKeyAsync();
        await QueryAsync<int>(
            """
            update api_keys set requests_per_minute = @requestsPerMinute, creates_per_minute = @createsPerMinute
            where id = @Id
            """,
            new { key.Id, requestsPerMinute, createsPerMinute });
        return key;
    }

    /// <summary>Makes a second key of the first key's user.</summary>
    /// <returns>The key's id and its text.</returns>
    internal async Task<(string Id, string Text)> CreateKeyAsync(
        string scope = Scopes.All, DateTimeOffset? expiresAt = null)
    {
        var (key, text) = ApiKey.Create();
        var id = $"key_{Guid.NewGuid():n}";
        await QueryAsync<int>(
            """
            insert into api_keys (id, name, prefix, digest, project_id, user_id, scopes, created_at, expires_at)
            select @id, 'Test', @Prefix, @Digest, project_id, user_id, array[@scope], now(), @expiresAt
            from api_keys where name = 'First key'
            """,
            new { id, key.Prefix, key.Digest, scope, expiresAt = expiresAt?.UtcDateTime });
        return (id, text);
    }
}

/// <summary>Somebody with a role, and a key of theirs.</summary>
internal sealed record Person(string User, string KeyId, string Key, string Organization, string Project);
