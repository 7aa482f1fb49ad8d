using System.Diagnostics;
using System.Text.Json;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using Sora.Contracts;
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

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RelayAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is NpgsqlException or MassTransitException or OperationCanceledException
                && !stoppingToken.IsCancellationRequested)
            {
                // Database or broker away: the rows stay, and so does the relay.
                Log.Interrupted(logger, exception);
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

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.Value.PublishTimeout);
        await Task.WhenAll(rows.Select(row => PublishAsync(row, limit.Token)));
        await work.ExecuteAsync(
            "delete from outbox where id = any(@Ids)", new { Ids = rows.Select(row => row.Id).ToArray() }, cancellationToken);
        await work.CommitAsync(cancellationToken);
        return rows.Count;
    }

    private async Task PublishAsync(Row row, CancellationToken cancellationToken)
    {
        var type = typeof(VideoAccepted).Assembly.GetType(row.Type, throwOnError: true)!;
        var message = JsonSerializer.Deserialize(row.Body, type, JsonSerializerOptions.Web)!;
        _ = ActivityContext.TryParse(row.Traceparent, null, isRemote: true, out var parent);
        using var activity = parent == default
            ? null
            : activities.StartActivity($"relay {type.Name}", ActivityKind.Producer, parent);
        await bus.Publish(message, type, context => context.MessageId = row.MessageId, cancellationToken);
    }

    private sealed record Row(long Id, Guid MessageId, string Type, string Body, string? Traceparent);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The outbox's relay was interrupted and goes on")]
        public static partial void Interrupted(ILogger logger, Exception exception);
    }
}
