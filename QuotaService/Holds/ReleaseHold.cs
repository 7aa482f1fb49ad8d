using MassTransit;
using Sora.Contracts;
using Sora.QuotaService.Ledger;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Messaging;

namespace Sora.QuotaService.Holds;

/// <summary>
/// The video ended without a clip: its customer pays nothing, and what it cost is ours to bear; unless it was cancelled
/// when its upstream billed it already, for which the customer pays.
/// </summary>
internal sealed partial class ReleaseHold(
    ServiceDatabase database, UpstreamCost cost, QuotaMetrics metrics, TimeProvider clock, ILogger<ReleaseHold> logger)
    : IConsumer<VideoFailed>
{
    public Task Consume(ConsumeContext<VideoFailed> context) => database.ConsumeOnceAsync(
        this, context, work => ReleaseAsync(work, context.Message, context.CancellationToken));

    internal async Task<Resolution> ReleaseAsync(
        UnitOfWork work, VideoFailed failed, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var video = new EndedVideo(failed.VideoId, failed.Organization, failed.Project, failed.User);
        var status = failed.CustomerPays is true ? HoldStatus.Settled : HoldStatus.Released;
        var resolution = await ResolveHold.ResolveAsync(work, video, status, now, cancellationToken);
        switch (resolution)
        {
            case { Outcome: ResolutionOutcome.Resolved, Hold: { } hold }:
                await BookCostAsync(work, hold, Phase(failed), now, cancellationToken);
                break;
            case { Outcome: ResolutionOutcome.ResolvedBefore, Hold: { } hold }:
                Log.Late(logger, hold.VideoId, hold.Status);
                break;
            default:
                Log.NeverHeld(logger, failed.VideoId, failed.Code, failed.UpstreamCharge);
                break;
        }

        metrics.HoldResolved(status, resolution.Outcome);
        return resolution;
    }

    private static string? Phase(VideoFailed failed) => failed.UpstreamCharge switch
    {
        UpstreamCharge.None => null,
        UpstreamCharge.Charged => failed.CustomerPays is true ? UpstreamCost.Charge : UpstreamCost.Loss,
        UpstreamCharge.Unresolved => UpstreamCost.Suspense,
        var charge => throw new ArgumentOutOfRangeException(nameof(failed), charge, "Not a charge of an upstream."),
    };

    private async Task BookCostAsync(
        UnitOfWork work, Hold hold, string? phase, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (phase is not null
            && await cost.BookAsync(work, hold, phase, now, cancellationToken)
            && phase == UpstreamCost.Suspense)
        {
            Log.Suspended(logger, hold.UpstreamCostMicroUsd, hold.VideoId);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Information,
            Message = "{VideoId} ended ({Code}, upstream charge: {Charge}) before any money was held for it")]
        public static partial void NeverHeld(ILogger logger, string videoId, string code, string charge);

        [LoggerMessage(
            Level = LogLevel.Warning, Message = "{VideoId} has failed, but its hold is already {Status}, and stays so")]
        public static partial void Late(ILogger logger, string videoId, string status);

        [LoggerMessage(
            Level = LogLevel.Warning,
            Message = "{AmountMicroUsd} micro-dollars for {VideoId} are in suspense: did the upstream accept it?")]
        public static partial void Suspended(ILogger logger, long amountMicroUsd, string videoId);
    }
}
