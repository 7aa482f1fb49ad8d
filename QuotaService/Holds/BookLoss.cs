using MassTransit;
using Sora.Contracts;
using Sora.QuotaService.Ledger;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Messaging;

namespace Sora.QuotaService.Holds;

/// <summary>The upstream finished a video that had already failed here: what it charges is our loss.</summary>
internal sealed partial class BookLoss(
    ServiceDatabase database, UpstreamCost cost, TimeProvider clock, ILogger<BookLoss> logger)
    : IConsumer<VideoRenderedLate>
{
    public Task Consume(ConsumeContext<VideoRenderedLate> context) => database.ConsumeOnceAsync(
        this, context, work => BookAsync(work, context.Message, context.CancellationToken));

    internal async Task BookAsync(UnitOfWork work, VideoRenderedLate rendered, CancellationToken cancellationToken)
    {
        if (await Hold.LockAsync(work, rendered.VideoId, cancellationToken) is not { PriceVersion: not null } hold)
        {
            Log.NeverHeld(logger, rendered.VideoId, rendered.Upstream, rendered.UpstreamId);
            return;
        }

        if (await cost.BookAsync(work, hold, UpstreamCost.Loss, clock.GetUtcNow(), cancellationToken))
        {
            Log.Lost(logger, hold.VideoId, hold.UpstreamCostMicroUsd);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Error,
            Message = "{Upstream} rendered {VideoId} as {UpstreamId}, for which no money was ever held: cost unknown")]
        public static partial void NeverHeld(ILogger logger, string videoId, string upstream, string upstreamId);

        [LoggerMessage(
            Level = LogLevel.Warning,
            Message = "{VideoId} was rendered too late: {AmountMicroUsd} micro-dollars are our loss")]
        public static partial void Lost(ILogger logger, string videoId, long amountMicroUsd);
    }
}
