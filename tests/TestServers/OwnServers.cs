using Sora.TestServers.Processes;

namespace Sora.TestServers;

/// <summary>
/// A PostgreSQL, a RabbitMQ and a Redis that belong to the caller alone, who may kill and restart them.
/// </summary>
/// <param name="durable">Whether a commit waits for the disk: for measurements.</param>
public sealed class OwnServers(bool durable = false) : IDisposable
{
    private readonly ProcessFolder _folder = new("servers");
    private PostgresServer? _postgres;
    private RabbitMqServer? _rabbitMq;
    private RedisServer? _redis;

    /// <summary>Not running until started.</summary>
    public PostgresServer Postgres => _postgres ??= new PostgresServer(_folder, durable);

    /// <inheritdoc cref="Postgres"/>
    public RabbitMqServer RabbitMq => _rabbitMq ??= new RabbitMqServer(_folder);

    /// <inheritdoc cref="Postgres"/>
    public RedisServer Redis => _redis ??= new RedisServer(_folder);

    /// <summary>Starts all three beside each other; RabbitMQ takes the longest, about 7 s.</summary>
    public Task StartAsync(CancellationToken cancellationToken = default) => Task.WhenAll(
        Postgres.StartAsync(cancellationToken),
        RabbitMq.StartAsync(cancellationToken),
        Redis.StartAsync(cancellationToken));

    /// <summary>Ends all three and deletes their data.</summary>
    public void Dispose() => _folder.Dispose();
}
