using System.Diagnostics;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using Sora.ServiceDefaults.Database;

namespace Sora.ServiceDefaults.Messaging;

/// <summary>
/// Publishes what committed transactions left in the outbox, in batches: lock due rows, publish with the row's message id
/// in the row's trace, delete after the broker's confirms. A crash in between publishes again with the same id, which the
/// consumer's inbox drops. Several relays share the table by <c>SKIP LOCKED</c>.
/// </summary>
internal sealed partial class OutboxRelay(
    ServiceDatabase database,
    NpgsqlDataSource source,
    IBus bus,
    ActivitySource activities,
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
                // Database or broker away, whatever their drivers call it: the rows stay, and so does the relay.
                ReportInterruption(exception);
                await Task.Delay(Pause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task RelayAsync(CancellationToken cancellationToken)
    {
        await using var listener = await source.OpenConnectionAsync(cancellationToken);
        await using (var listen = new NpgsqlCommand("listen outbox", listener))
        {
            await listen.ExecuteNonQueryAsync(cancellationToken);
        }

        while (true)
        {
            while (await RelayBatchAsync(cancellationToken) == options.Value.BatchSize)
            {
            }

            await listener.WaitAsync(options.Value.PollInterval, cancellationToken);
        }
    }

    private async Task<int> RelayBatchAsync(CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(cancellationToken);
        var rows = await work.QueryAsync<Row>(
            """
            select id, message_id, type, body, traceparent from outbox where due_at <= now()
            order by due_at, id limit @BatchSize for update skip locked
            """,
            new { options.Value.BatchSize },
            cancellationToken);
        if (rows.Count == 0)
        {
            return 0;
        }

        var messages = rows.ToDictionary(row => row, row => OutboxMessage.Read(row.Type, row.Body));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.Value.PublishTimeout);
        await Task.WhenAll(messages
            .Where(message => message.Value is not null)
            .Select(message => PublishAsync(message.Key, message.Value!, limit.Token)));
        await PutOffAsync(work, [.. rows.Where(row => messages[row] is null)], cancellationToken);
        await work.ExecuteAsync(
            "delete from outbox where id = any(@Ids)",
            new { Ids = rows.Where(row => messages[row] is not null).Select(row => row.Id).ToArray() },
            cancellationToken);
        await work.CommitAsync(cancellationToken);
        ReportResumption();
        return rows.Count;
    }

    private async Task PublishAsync(Row row, object message, CancellationToken cancellationToken)
    {
        var type = message.GetType();
        _ = ActivityContext.TryParse(row.Traceparent, null, isRemote: true, out var parent);
        using var activity = parent == default
            ? null
            : activities.StartActivity($"relay {type.Name}", ActivityKind.Producer, parent);
        await bus.Publish(message, type, context => context.MessageId = row.MessageId, cancellationToken);
    }

    /// <summary>
    /// A newer build may have written these and gone back: they wait for it without holding up others.
    /// </summary>
    private async Task PutOffAsync(UnitOfWork work, IReadOnlyList<Row> unreadable, CancellationToken cancellationToken)
    {
        if (unreadable.Count > 0)
        {
            await work.ExecuteAsync(
                "update outbox set due_at = now() + interval '1 minute' where id = any(@Ids)",
                new { Ids = unreadable.Select(row => row.Id).ToArray() },
                cancellationToken);
            foreach (var row in unreadable)
            {
                Log.Unreadable(logger, row.Id, row.Type);
            }
        }
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

    private sealed record Row(long Id, Guid MessageId, string Type, string Body, string? Traceparent);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The outbox's relay is interrupted; it tries again until it succeeds")]
        public static partial void Interrupted(ILogger logger, Exception exception);

        [LoggerMessage(Level = LogLevel.Information, Message = "The outbox's relay publishes again")]
        public static partial void Resumed(ILogger logger);

        [LoggerMessage(Level = LogLevel.Error, Message = "Row {Id} of the outbox is put off: this build cannot read a {Type}")]
        public static partial void Unreadable(ILogger logger, long id, string type);
    }
}
