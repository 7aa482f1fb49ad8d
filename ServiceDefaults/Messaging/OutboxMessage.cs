using System.Reflection;
using System.Text.Json;
using Sora.Contracts;

namespace Sora.ServiceDefaults.Messaging;

/// <summary>
/// A row of the outbox: a message of <c>Contracts</c>, by its full name, with the trace that it belongs to.
/// </summary>
internal sealed record OutboxMessage(Guid MessageId, string Type, string Body, string? Traceparent, DateTimeOffset? Due)
{
    /// <summary>
    /// Inserts all messages of a transaction at once and wakes the relay when the transaction commits.
    /// </summary>
    public const string Insert =
        """
        with added as (
            insert into outbox (message_id, type, body, traceparent, due_at)
            select message_id, type, body::json, traceparent, coalesce(due_at, now())
            from unnest(@MessageIds, @Types, @Bodies, @Traceparents, @Dues)
                as message (message_id, type, body, traceparent, due_at)
            returning 1)
        select pg_notify('outbox', '') where exists (select from added)
        """;

    private static readonly Assembly Contracts = typeof(VideoAccepted).Assembly;

    /// <exception cref="ArgumentException">The message is no record of <c>Contracts</c>: the relay would not know it.</exception>
    public static OutboxMessage From(object message, string? traceparent, DateTimeOffset? due)
    {
        var type = message.GetType();
        return type.Assembly == Contracts
            ? new OutboxMessage(
                Guid.CreateVersion7(),
                type.FullName!,
                JsonSerializer.Serialize(message, type, JsonSerializerOptions.Web),
                traceparent,
                due)
            : throw new ArgumentException($"{type} is not a message of Contracts.", nameof(message));
    }

    /// <summary>
    /// The message of a row, or null where this build does not know its type or cannot read its body.
    /// </summary>
    public static object? Read(string type, string body)
    {
        try
        {
            return Contracts.GetType(type) is { } known
                ? JsonSerializer.Deserialize(body, known, JsonSerializerOptions.Web)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static object Columns(IReadOnlyList<OutboxMessage> messages) => new
    {
        MessageIds = messages.Select(message => message.MessageId).ToArray(),
        Types = messages.Select(message => message.Type).ToArray(),
        Bodies = messages.Select(message => message.Body).ToArray(),
        Traceparents = messages.Select(message => message.Traceparent).ToArray(),
        // Not as DateTime, whose type Npgsql takes from the first value: the first message may have none.
        Dues = messages.Select(message => message.Due?.ToUniversalTime()).ToArray(),
    };
}
