using Npgsql;
using Sora.TestServers.Processes;

namespace Sora.TestServers;

/// <summary>
/// A PostgreSQL of one's own. Everybody on loopback is its superuser <c>postgres</c>, without a password.
/// </summary>
/// <param name="folder">Where its data and log lie.</param>
/// <param name="durable">
/// Whether a commit waits for the disk. Off for tests (a killed server still keeps every commit, since the
/// kernel does), on for measurements.
/// </param>
public sealed class PostgresServer(ProcessFolder folder, bool durable = false)
    : ChildProcess(folder, "postgres", FreePort.Next())
{
    private static readonly string[] Unsafe = ["-c", "fsync=off", "-c", "full_page_writes=off"];

    private string Data => Path.Combine(Folder.Path, "postgres", "data");

    /// <summary>An Npgsql connection string of its maintenance database.</summary>
    public string ConnectionString =>
        $"Host=127.0.0.1;Port={Port};Username=postgres;Database=postgres;Include Error Detail=true";

    /// <summary>A fast shutdown: open connections are closed instead of waited for.</summary>
    protected override Signal StopSignal => Signal.Interrupt;

    /// <summary>An immediate shutdown: the kernel objects go with it.</summary>
    protected override Signal LastSignal => Signal.Quit;

    /// <inheritdoc/>
    protected override async Task<Command> PrepareAsync(CancellationToken cancellationToken)
    {
        if (!Directory.Exists(Data))
        {
            await InitializeAsync(cancellationToken);
        }

        return AsServerAccount(
            ProgramPath("postgres"),
            [
                "-D", Data, "-p", $"{Port}", "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
                "-c", "max_connections=400", "-c", "shared_buffers=128MB", "-c", "dynamic_shared_memory_type=mmap",
                .. durable ? [] : Unsafe,
            ]) with
        {
            WorkingDirectory = Path.GetDirectoryName(Data),
        };
    }

    /// <inheritdoc/>
    protected override async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false;Timeout=2");
            await connection.OpenAsync(cancellationToken);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private async Task InitializeAsync(CancellationToken cancellationToken)
    {
        var home = Directory.CreateDirectory(Path.GetDirectoryName(Data)!).FullName;
        if (Environment.IsPrivilegedProcess)
        {
            await new Command("chown", "postgres", home).RunAsync(cancellationToken);
        }

        await AsServerAccount(
            ProgramPath("initdb"),
            "-D", Data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
            .RunAsync(cancellationToken);
    }

    // PostgreSQL refuses to run as root. setpriv, unlike runuser, leaves no process of its own in between.
    private static Command AsServerAccount(string program, params string[] arguments) =>
        Environment.IsPrivilegedProcess
            ? new Command(
                "setpriv", ["--reuid=postgres", "--regid=postgres", "--init-groups", program, .. arguments])
            : new Command(program, arguments);

    private static string ProgramPath(string program) =>
        Directory.Exists("/usr/lib/postgresql")
            ? Directory.EnumerateFiles("/usr/lib/postgresql", program, SearchOption.AllDirectories)
                .OrderByDescending(path => int.TryParse(path.Split('/')[4], out var version) ? version : 0)
                .First()
            : program;
}
