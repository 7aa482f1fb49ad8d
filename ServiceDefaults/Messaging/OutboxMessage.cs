using System.Text.Json;

namespace Sora.ServiceDefaults.Messaging;

/// <summary>A row of the outbox: a message of <c>Contracts</c>, by its full name, with the trace that it belongs to.</summary>
internal sealed record OutboxMessage(Guid MessageId, string Type, string Body, string? Traceparent, DateTimeOffset? Due)
{
    /// <summary>Inserts all messages of a transaction at once and wakes the relay when the transaction commits.</summary>
    public const string Insert =
        """
        with added as (
            insert into outbox (message_id, type, body, traceparent, due_at)
            select message_id, type, body::jsonb, traceparent, coalesce(due_at, now())
            from unnest(@MessageIds, @Types, @Bodies, @Traceparents, @Dues)
                as message (message_id, type, body, traceparent, due_at)
            returning 1)
        select pg_notify('outbox', '') where exists (select from added)
        """;

    public static OutboxMessage From(object message, string? traceparent, DateTimeOffset? due) => new(
        Guid.CreateVersion7(),
        message.GetType().FullName!,
        JsonSerializer.Serialize(message, message.GetType(), JsonSerializerOptions.Web),
        traceparent,
        due);

    public static object Columns(IReadOnlyList<OutboxMessage> messages) => new
    {
        MessageIds = messages.Select(message => message.MessageId).ToArray(),
        Types = messages.Select(message => message.Type).ToArray(),
        Bodies = messages.Select(message => message.Body).ToArray(),
        Traceparents = messages.Select(message => message.Traceparent).ToArray(),
        Dues = messages.Select(message => message.Due?.UtcDateTime).ToArray(),
    };
}
