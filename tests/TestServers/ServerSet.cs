using Sora.TestServers.Processes;

namespace Sora.TestServers;

/// <summary>Where the three servers are; each is started or looked up at its first use.</summary>
internal sealed class ServerSet(
    Func<Task<string>> postgres, Func<Task<RabbitMqAddress>> rabbitMq, Func<Task<string>> redis)
{
    private readonly Lazy<Task<string>> _postgres = new(postgres);
    private readonly Lazy<Task<RabbitMqAddress>> _rabbitMq = new(rabbitMq);
    private readonly Lazy<Task<string>> _redis = new(redis);

    /// <summary>
    /// The servers that the environment names, or else this process's own, which end with it.
    /// </summary>
    public static ServerSet Shared { get; } = FromEnvironmentOrOwn();

    /// <summary>An Npgsql connection string of a superuser.</summary>
    public Task<string> Postgres => _postgres.Value;

    /// <summary>RabbitMQ and its management API.</summary>
    public Task<RabbitMqAddress> RabbitMq => _rabbitMq.Value;

    /// <summary>A StackExchange.Redis connection string.</summary>
    public Task<string> Redis => _redis.Value;

    private static ServerSet FromEnvironmentOrOwn()
    {
        var own = new Lazy<OwnServers>(() =>
        {
            var servers = new OwnServers();
            AppDomain.CurrentDomain.ProcessExit += (_, _) => servers.Dispose();
            return servers;
        });
        return new ServerSet(
            async () => ServerVariables.Get(ServerVariables.Postgres)
                ?? (await StartedAsync(own.Value.Postgres)).ConnectionString,
            async () => ServerVariables.Get(ServerVariables.RabbitMq) is { } uri
                ? new RabbitMqAddress(uri, new Uri(ServerVariables.Get(ServerVariables.RabbitMqManagement)!))
                : (await StartedAsync(own.Value.RabbitMq)).Address,
            async () => ServerVariables.Get(ServerVariables.Redis)
                ?? (await StartedAsync(own.Value.Redis)).ConnectionString);
    }

    private static async Task<TServer> StartedAsync<TServer>(TServer server)
        where TServer : ChildProcess
    {
        await server.StartAsync();
        return server;
    }
}

/// <summary>How to reach a RabbitMQ.</summary>
/// <param name="Uri">The AMQP URI of the virtual host <c>/</c>, ending in <c>/</c>.</param>
/// <param name="Management">The root of its management HTTP API, with user and password.</param>
internal sealed record RabbitMqAddress(string Uri, Uri Management);
