using MassTransit;
using Sora.Contracts;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Messaging;

namespace Sora.QuotaService.Holds;

/// <summary>VideoService does not have the video: nothing was made, so its customer pays nothing.</summary>
internal sealed partial class ReleaseUnknownHold(
    ServiceDatabase database, QuotaMetrics metrics, TimeProvider clock, ILogger<ReleaseUnknownHold> logger)
    : IConsumer<VideoUnknown>
{
    public Task Consume(ConsumeContext<VideoUnknown> context) => database.ConsumeOnceAsync(
        this, context, work => ReleaseAsync(work, context.Message.VideoId, context.CancellationToken));

    private async Task ReleaseAsync(UnitOfWork work, string videoId, CancellationToken cancellationToken)
    {
        if (await Hold.LockAsync(work, videoId, cancellationToken) is not { } hold)
        {
            return;
        }

        var video = new EndedVideo(hold.VideoId, hold.Organization, hold.Project, hold.UserId);
        var resolution = await ResolveHold.ResolveAsync(
            work, video, HoldStatus.Released, clock.GetUtcNow(), cancellationToken);
        metrics.HoldResolved(HoldStatus.Released, resolution.Outcome);
        Log.Released(logger, videoId, resolution.Outcome);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Nobody has {VideoId}, for which money was held: {Outcome}")]
        public static partial void Released(ILogger logger, string videoId, ResolutionOutcome outcome);
    }
}
