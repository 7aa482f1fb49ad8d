using Sora.TestServers.Processes;

namespace Sora.TestServers;

/// <summary>
/// A RabbitMQ of one's own: several run beside each other, as each has its own node name, ports, epmd, cookie
/// and data.
/// </summary>
public sealed class RabbitMqServer(ProcessFolder folder) : ChildProcess(folder, "rabbitmq", FreePort.Next())
{
    private readonly EpmdServer _epmd = new(folder);
    private readonly int _managementPort = FreePort.Next();
    private readonly int _distributionPort = FreePort.Next();

    /// <summary>The URI of the virtual host <c>/</c>; its user may do everything.</summary>
    public string ConnectionString => $"amqp://guest:guest@127.0.0.1:{Port}/";

    /// <summary>The root of its management HTTP API, with user and password.</summary>
    public Uri Management => new($"http://guest:guest@127.0.0.1:{_managementPort}/");

    internal RabbitMqAddress Address => new(ConnectionString, Management);

    private string Home => Path.Combine(Folder.Path, "rabbitmq");

    /// <summary>
    /// How many messages lie in each queue of all virtual hosts, delivered but unsettled ones included.
    /// </summary>
    public async Task<IReadOnlyDictionary<string, long>> CountMessagesAsync(CancellationToken cancellationToken = default)
    {
        using var management = new RabbitMqManagement(Address.Management);
        return await management.CountMessagesAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _epmd.DisposeAsync();
    }

    /// <inheritdoc/>
    protected override async Task<Command> PrepareAsync(CancellationToken cancellationToken)
    {
        if (!_epmd.IsRunning)
        {
            await _epmd.StartAsync(cancellationToken);
        }

        Directory.CreateDirectory(Home);
        await File.WriteAllTextAsync(Path.Combine(Home, "rabbitmq.conf"), Configuration, cancellationToken);
        await File.WriteAllTextAsync(
            Path.Combine(Home, "enabled_plugins"), "[rabbitmq_management].\n", cancellationToken);
        // Not the wrapper in /usr/sbin: that one changes to the rabbitmq account and its folders.
        return new Command("/usr/lib/rabbitmq/bin/rabbitmq-server") { Environment = Variables };
    }

    /// <inheritdoc/>
    protected override async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        using var management = new RabbitMqManagement(Management);
        return await management.IsListeningAsync(Port, cancellationToken);
    }

    // Rates are of no use to tests and cost a busy broker some percent.
    private string Configuration => $"""
        listeners.tcp.1 = 127.0.0.1:{Port}
        management.tcp.ip = 127.0.0.1
        management.tcp.port = {_managementPort}
        management.rates_mode = none
        disk_free_limit.absolute = 100MB
        log.console = true
        log.console.level = warning
        log.file = false

        """;

    private Dictionary<string, string?> Variables => new()
    {
        ["HOME"] = Home,
        ["RABBITMQ_NODENAME"] = $"sora-{Port}@localhost",
        ["RABBITMQ_MNESIA_BASE"] = Path.Combine(Home, "mnesia"),
        ["RABBITMQ_LOG_BASE"] = Path.Combine(Home, "log"),
        ["RABBITMQ_CONFIG_FILE"] = Path.Combine(Home, "rabbitmq"),
        ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(Home, "enabled_plugins"),
        ["RABBITMQ_DIST_PORT"] = $"{_distributionPort}",
        ["ERL_EPMD_PORT"] = $"{_epmd.Port}",
        ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
        ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1}",
    };

    // Erlang's port mapper. Started first and by us, or the broker leaves one behind that outlives it.
    private sealed class EpmdServer(ProcessFolder folder) : ChildProcess(folder, "epmd", FreePort.Next())
    {
        protected override Task<Command> PrepareAsync(CancellationToken cancellationToken) =>
            Task.FromResult(new Command("epmd", "-port", $"{Port}", "-address", "127.0.0.1"));

        protected override Task<bool> IsReadyAsync(CancellationToken cancellationToken) =>
            FreePort.IsListeningAsync(Port, cancellationToken);
    }
}
