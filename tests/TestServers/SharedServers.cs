using System.Globalization;
using Npgsql;

namespace Sora.TestServers;

/// <summary>
/// One test system's share of the servers that all tests use: databases, virtual hosts and Redis databases that
/// nobody else sees, gone when this is disposed. Make one for each test class or system.
/// </summary>
public sealed class SharedServers : IAsyncDisposable
{
    private readonly ServerSet _servers;
    private readonly bool _leaveToOwner;
    private readonly List<string> _databases = [];
    private readonly List<string> _virtualHosts = [];
    private readonly List<int> _redisDatabases = [];

    /// <summary>Takes the servers that all tests share, started at their first use.</summary>
    public SharedServers()
    {
        _servers = ServerSet.Shared;
    }

    /// <summary>Takes running servers of one's own.</summary>
    public SharedServers(OwnServers servers)
    {
        _servers = new ServerSet(
            () => Task.FromResult(servers.Postgres.ConnectionString),
            () => Task.FromResult(servers.RabbitMq.Address),
            () => Task.FromResult(servers.Redis.ConnectionString));
        _leaveToOwner = true;
    }

    /// <summary>Makes an empty database with a name of its own.</summary>
    /// <param name="name">The start of its name, for people who look: <c>videodb</c>.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>An Npgsql connection string, as superuser.</returns>
    public async Task<string> CreateDatabaseAsync(string name, CancellationToken cancellationToken = default)
    {
        var server = await _servers.Postgres;
        var database = $"{name}_{Guid.NewGuid():n}";
        await ExecuteAsync(server, $"create database {database}", cancellationToken);
        Add(_databases, database);
        return new NpgsqlConnectionStringBuilder(server) { Database = database, MaxPoolSize = 20 }.ConnectionString;
    }

    /// <summary>Makes an empty RabbitMQ virtual host: exchanges named after message types do not mix.</summary>
    /// <returns>Its AMQP URI, with user and password.</returns>
    public async Task<string> CreateVirtualHostAsync(CancellationToken cancellationToken = default)
    {
        var server = await _servers.RabbitMq;
        var name = $"test-{Guid.NewGuid():n}";
        using var management = new RabbitMqManagement(server.Management);
        await management.CreateVirtualHostAsync(name, cancellationToken);
        Add(_virtualHosts, name);
        return server.Uri + name;
    }

    /// <summary>
    /// Takes an empty logical database of Redis, with a prefix for its pub/sub channels, which know no databases.
    /// </summary>
    /// <returns>A StackExchange.Redis connection string.</returns>
    public async Task<string> CreateRedisDatabaseAsync(CancellationToken cancellationToken = default)
    {
        var server = await _servers.Redis;
        var answer = await RedisCommand.SendAsync(server, ["INCR test-databases"], cancellationToken);
        var number = int.Parse(answer.TrimStart(':'), CultureInfo.InvariantCulture);
        Add(_redisDatabases, number);
        return $"{server},defaultDatabase={number},channelPrefix=test-{number}:";
    }

    /// <summary>Drops everything that was made here; on servers of one's own it goes with them.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_leaveToOwner)
        {
            return;
        }

        foreach (var database in _databases)
        {
            await ExecuteAsync(await _servers.Postgres, $"drop database {database} with (force)", default);
        }

        foreach (var virtualHost in _virtualHosts)
        {
            using var management = new RabbitMqManagement((await _servers.RabbitMq).Management);
            await management.DeleteVirtualHostAsync(virtualHost, default);
        }

        foreach (var number in _redisDatabases)
        {
            await RedisCommand.SendAsync(await _servers.Redis, [$"SELECT {number}", "FLUSHDB"], default);
        }
    }

    private static async Task ExecuteAsync(string server, string sql, CancellationToken cancellationToken)
    {
        // Not from a pool, whose connections do not survive a server that is killed.
        await using var connection = new NpgsqlConnection($"{server};Pooling=false");
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static void Add<T>(List<T> list, T item)
    {
        lock (list)
        {
            list.Add(item);
        }
    }
}
