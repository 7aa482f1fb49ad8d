using System.Diagnostics;
using MassTransit;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sora.ServiceDefaults.Database;

namespace Sora.ServiceDefaults.Messaging;

/// <summary>
/// One batch of the outbox: lock due rows, publish with the row's message id in the row's trace, delete after the broker's
/// confirms. A crash in between publishes again with the same id, which the consumer's inbox drops. A message that no
/// queue takes yet waits for its consumer's first start. Several relays share the table by <c>SKIP LOCKED</c>.
/// </summary>
internal sealed partial class OutboxBatches(
    ServiceDatabase database,
    IBus bus,
    ActivitySource activities,
    IOptions<OutboxOptions> options,
    ILogger<OutboxBatches> logger)
{
    // Not in anybody's way until then: a build that can read it, or a consumer's first start.
    private const string PutOff = "update outbox set due_at = now() + interval '10 seconds' where id = any(@Ids)";

    /// <returns>How many rows it took; fewer than a batch when no more are due.</returns>
    public async Task<int> RelayAsync(CancellationToken cancellationToken)
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
        var fates = await Task.WhenAll(rows.Select(row => PublishAsync(row, limit.Token)));
        await work.ExecuteAsync("delete from outbox where id = any(@Ids)", Of(Fate.Published), cancellationToken);
        if (fates.Any(fate => fate != Fate.Published))
        {
            await work.ExecuteAsync(PutOff, Of(Fate.Unheard, Fate.Unreadable), cancellationToken);
        }

        await work.CommitAsync(cancellationToken);
        return rows.Count;

        object Of(params Fate[] wanted) =>
            new { Ids = rows.Where((_, index) => wanted.Contains(fates[index])).Select(row => row.Id).ToArray() };
    }

    private async Task<Fate> PublishAsync(Row row, CancellationToken cancellationToken)
    {
        if (OutboxMessage.Read(row.Type, row.Body) is not { } message)
        {
            Log.Unreadable(logger, row.Id, row.Type);
            return Fate.Unreadable;
        }

        var type = message.GetType();
        _ = ActivityContext.TryParse(row.Traceparent, null, isRemote: true, out var parent);
        using var activity = parent == default
            ? null
            : activities.StartActivity($"relay {type.Name}", ActivityKind.Producer, parent);
        try
        {
            await bus.Publish(message, type, context => Address(context, row), cancellationToken);
            return Fate.Published;
        }
        catch (MessageReturnedException)
        {
            Log.Unheard(logger, row.Id, row.Type);
            return Fate.Unheard;
        }
    }

    // The broker hands back what no queue wants, instead of dropping it.
    private static void Address(PublishContext context, Row row)
    {
        context.MessageId = row.MessageId;
        context.GetPayload<RabbitMqSendContext>().Mandatory = true;
    }

    private enum Fate
    {
        Published,
        Unheard,
        Unreadable,
    }

    private sealed record Row(long Id, Guid MessageId, string Type, string Body, string? Traceparent);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Row {Id} of the outbox is put off: no queue takes a {Type} yet")]
        public static partial void Unheard(ILogger logger, long id, string type);

        [LoggerMessage(Level = LogLevel.Error, Message = "Row {Id} of the outbox is put off: this build cannot read a {Type}")]
        public static partial void Unreadable(ILogger logger, long id, string type);
    }
}
