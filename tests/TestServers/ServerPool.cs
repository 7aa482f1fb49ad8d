using Sora.TestServers.Processes;

namespace Sora.TestServers;

/// <summary>
/// The servers behind <see cref="SharedServers"/>: those that the environment names, or else this process's own, each
/// started at its first use and ended with the process.
/// </summary>
internal static class ServerPool
{
    private static readonly Lazy<ProcessFolder> Folder = new(OpenFolder);

    /// <summary>Connection string of PostgreSQL's maintenance database.</summary>
    public static Lazy<Task<string>> Postgres { get; } = new(() => FindAsync(
        ServerVariables.Postgres, async () => (await StartAsync(new PostgresServer(Folder.Value))).ConnectionString));

    /// <summary>Connection string of Redis.</summary>
    public static Lazy<Task<string>> Redis { get; } = new(() => FindAsync(
        ServerVariables.Redis, async () => (await StartAsync(new RedisServer(Folder.Value))).ConnectionString));

    /// <summary>The AMQP URI of RabbitMQ, ending in <c>/</c>, and the root of its management API.</summary>
    public static Lazy<Task<(string Uri, Uri Management)>> RabbitMq { get; } = new(async () =>
    {
        if (Environment.GetEnvironmentVariable(ServerVariables.RabbitMq) is { } uri)
        {
            return (uri, new Uri(Environment.GetEnvironmentVariable(ServerVariables.RabbitMqManagement)!));
        }

        var server = await StartAsync(new RabbitMqServer(Folder.Value));
        return (server.ConnectionString, server.Management);
    });

    private static async Task<string> FindAsync(string variable, Func<Task<string>> startAsync) =>
        Environment.GetEnvironmentVariable(variable) ?? await startAsync();

    private static async Task<TServer> StartAsync<TServer>(TServer server)
        where TServer : ChildProcess
    {
        await server.StartAsync();
        return server;
    }

    private static ProcessFolder OpenFolder()
    {
        var folder = new ProcessFolder("servers");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Dispose();
        return folder;
    }
}
