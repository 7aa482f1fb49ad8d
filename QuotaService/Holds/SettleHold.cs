using MassTransit;
using Sora.Contracts;
using Sora.QuotaService.Ledger;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Messaging;

namespace Sora.QuotaService.Holds;

/// <summary>The video is ready: its customer pays what was held, and we owe the upstream its charge.</summary>
internal sealed partial class SettleHold(
    ServiceDatabase database, UpstreamCost cost, QuotaMetrics metrics, TimeProvider clock, ILogger<SettleHold> logger)
    : IConsumer<VideoCompleted>
{
    public Task Consume(ConsumeContext<VideoCompleted> context) => database.ConsumeOnceAsync(
        this, context, work => SettleAsync(work, context.Message, context.CancellationToken));

    internal async Task<Resolution> SettleAsync(
        UnitOfWork work, VideoCompleted completed, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var video = new EndedVideo(completed.VideoId, completed.Organization, completed.Project, completed.User);
        var resolution = await ResolveHold.ResolveAsync(work, video, HoldStatus.Settled, now, cancellationToken);
        switch (resolution)
        {
            case { Outcome: ResolutionOutcome.Resolved, Hold: { } hold }:
                await cost.BookAsync(work, hold, UpstreamCost.Charge, now, cancellationToken);
                break;
            case { Outcome: ResolutionOutcome.ResolvedBefore, Hold: { } hold }:
                await ReportLateAsync(work, hold, now, cancellationToken);
                break;
            default:
                Log.NeverHeld(logger, completed.VideoId);
                break;
        }

        metrics.HoldResolved(HoldStatus.Settled, resolution.Outcome);
        return resolution;
    }

    /// <summary>The customer was released before the clip was ready: what it cost is our loss.</summary>
    private async Task ReportLateAsync(
        UnitOfWork work, Hold hold, DateTimeOffset now, CancellationToken cancellationToken)
    {
        Log.Late(logger, hold.VideoId, hold.Status);
        if (hold.Status == HoldStatus.Released)
        {
            await cost.BookAsync(work, hold, UpstreamCost.Loss, now, cancellationToken);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Error,
            Message = "{VideoId} is ready, but no money was ever held for it: its customer pays nothing")]
        public static partial void NeverHeld(ILogger logger, string videoId);

        [LoggerMessage(
            Level = LogLevel.Warning, Message = "{VideoId} is ready, but its hold is already {Status}, and stays so")]
        public static partial void Late(ILogger logger, string videoId, string status);
    }
}
