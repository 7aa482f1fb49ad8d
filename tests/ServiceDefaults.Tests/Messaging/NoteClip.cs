using System.Collections.Concurrent;
using System.Diagnostics;
using MassTransit;
using Sora.Contracts;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Messaging;

namespace Sora.ServiceDefaults.Tests.Messaging;

/// <summary>A consumer as services have them: its effect is a row.</summary>
internal sealed class NoteClip(ServiceDatabase database, Deliveries deliveries) : IConsumer<ClipStored>
{
    public Task Consume(ConsumeContext<ClipStored> context)
    {
        var attempt = deliveries.Add(context);
        return database.ConsumeOnceAsync(this, context, async work =>
        {
            await work.ExecuteAsync(
                "insert into notes (project, text) values ('proj_a', @VideoId)",
                context.Message,
                context.CancellationToken);
            if (deliveries.FailureOf(attempt) is { } failure)
            {
                throw failure;
            }
        });
    }
}

/// <summary>What reached the consumer, first time or not, and what is to go wrong in its effect.</summary>
internal sealed class Deliveries
{
    private readonly ConcurrentQueue<Delivery> _all = new();
    private int _count;

    public IReadOnlyCollection<Delivery> All => _all;

    public Func<int, Exception?> FailureOf { get; set; } = _ => null;

    /// <returns>How many there have been with this one.</returns>
    public int Add(ConsumeContext<ClipStored> context)
    {
        _all.Enqueue(new Delivery(context.MessageId!.Value, context.Message.Sha256, Activity.Current?.TraceId));
        return Interlocked.Increment(ref _count);
    }
}

internal sealed record Delivery(Guid MessageId, string Text, ActivityTraceId? TraceId);
