using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using Sora.ServiceDefaults.Database;

namespace Sora.ServiceDefaults.Messaging;

/// <summary>
/// Publishes what committed transactions left in the outbox, at once when one commits and by a poll besides. It outlives
/// every fault of broker and database: the rows stay, and so does the relay.
/// </summary>
internal sealed partial class OutboxRelay(
    OutboxBatches batches,
    NpgsqlDataSource source,
    IBusControl bus,
    IOptions<OutboxOptions> options,
    ILogger<OutboxRelay> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private bool _interrupted;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RelayAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // Database or broker away, whatever their drivers call it.
                ReportInterruption(exception);
                await Task.Delay(Pause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task RelayAsync(CancellationToken cancellationToken)
    {
        await WaitForOwnQueuesAsync(cancellationToken);
        await using var listener = await Listener.OpenAsync(source, "outbox", cancellationToken);
        while (true)
        {
            await RelayDueAsync(cancellationToken);
            await listener.WaitAsync(options.Value.PollInterval, cancellationToken);
        }
    }

    /// <summary>
    /// So that a message to itself finds its queue at once. Not for ever: one consumer's trouble is not the outbox's.
    /// </summary>
    private async Task WaitForOwnQueuesAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.Value.PublishTimeout);
        Task healthy = bus.WaitForHealthStatus(BusHealthStatus.Healthy, limit.Token);
        await healthy.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task RelayDueAsync(CancellationToken cancellationToken)
    {
        int relayed;
        do
        {
            relayed = await batches.RelayAsync(cancellationToken);
            if (relayed > 0)
            {
                ReportResumption();
            }
        }
        while (relayed == options.Value.BatchSize);
    }

    private void ReportInterruption(Exception exception)
    {
        if (!_interrupted)
        {
            _interrupted = true;
            Log.Interrupted(logger, exception);
        }
    }

    private void ReportResumption()
    {
        if (_interrupted)
        {
            _interrupted = false;
            Log.Resumed(logger);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The outbox's relay is interrupted; it tries again until it succeeds")]
        public static partial void Interrupted(ILogger logger, Exception exception);

        [LoggerMessage(Level = LogLevel.Information, Message = "The outbox's relay publishes again")]
        public static partial void Resumed(ILogger logger);
    }
}
