using MassTransit;
using Sora.ServiceDefaults.Database;

namespace Sora.ServiceDefaults.Messaging;

/// <summary>Makes a consumer idempotent: its effect and the message's id are committed in one transaction.</summary>
public static class Inbox
{
    internal const string Insert =
        "insert into inbox (consumer, message_id) values (@Consumer, @MessageId) on conflict do nothing";

    /// <summary>
    /// Runs the effect in a transaction of background work unless this consumer has had the message before.
    /// A fault rolls both back, and the message is delivered again.
    /// </summary>
    public static async Task ConsumeOnceAsync<TMessage>(
        this ServiceDatabase database,
        IConsumer<TMessage> consumer,
        ConsumeContext<TMessage> context,
        Func<UnitOfWork, Task> effect)
        where TMessage : class
    {
        var messageId = context.MessageId
            ?? throw new InvalidOperationException("A message without an id cannot be told from its repetition.");
        await using var work = await database.BeginAsync(context.CancellationToken);
        if (await work.ReceiveAsync(consumer.GetType().Name, messageId, context.CancellationToken))
        {
            await effect(work);
            await work.CommitAsync(context.CancellationToken);
        }
    }
}
