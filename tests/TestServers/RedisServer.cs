using System.Net.Sockets;
using Sora.TestServers.Processes;

namespace Sora.TestServers;

/// <summary>
/// A Redis of one's own, with 4096 logical databases. It keeps nothing on disk: a restart forgets, as it may.
/// </summary>
public sealed class RedisServer(ProcessFolder folder) : ChildProcess(folder, "redis", FreePort.Next())
{
    /// <summary>A StackExchange.Redis connection string of database 0.</summary>
    public string ConnectionString => $"127.0.0.1:{Port}";

    /// <inheritdoc/>
    protected override Task<Command> PrepareAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new Command(
            "redis-server",
            "--port", $"{Port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
            "--databases", "4096", "--dir", Folder.Path));

    /// <inheritdoc/>
    protected override async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await RedisCommand.SendAsync(ConnectionString, ["PING"], cancellationToken) == "+PONG";
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
