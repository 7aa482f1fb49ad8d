using Microsoft.Extensions.Options;
using Sora.Contracts;
using Sora.ServiceDefaults.Database;

namespace Sora.StorageWorker.Clips;

/// <summary>
/// What happens to a clip that could not be copied. It is given up when the upstream said often enough, for
/// long enough, that it has none, or delivered broken bytes time after time; in all other cases it is tried
/// again for as long as it is wanted.
/// </summary>
internal sealed partial class ClipSetbacks(
    ServiceDatabase database,
    ClipClaims claims,
    ClipMetrics metrics,
    IOptions<ClipOptions> options,
    ILogger<ClipSetbacks> logger)
{
    /// <summary>The message that says so, the same for a repeated wish.</summary>
    public static ClipLost LossOf(string videoId, int epoch) => new(
        videoId, epoch, "asset_lost", "The video was rendered, but its file could not be retrieved.");

    /// <summary>Counts an answer "no such clip"; postpones the clip or gives it up.</summary>
    public Task CountMissAsync(ClipClaim claim, string reason, CancellationToken cancellationToken) => CountAsync(
        claim,
        reason,
        """
        update clips set misses = misses + 1, first_missed_at = coalesce(first_missed_at, now()),
            next_attempt_at = now() + @Pause
        where video_id = @VideoId and attempt = @Attempt and state = 'wanted'
        returning misses >= @MissingLimit and first_missed_at <= now() - @MissingWindow
        """,
        cancellationToken);

    /// <summary>Counts bytes that are no video; postpones the clip or gives it up.</summary>
    public Task CountBreakAsync(ClipClaim claim, string reason, CancellationToken cancellationToken) => CountAsync(
        claim,
        reason,
        """
        update clips set breaks = breaks + 1, next_attempt_at = now() + @Pause
        where video_id = @VideoId and attempt = @Attempt and state = 'wanted'
        returning breaks >= @BrokenLimit
        """,
        cancellationToken);

    /// <summary>The clip cannot be had at the moment: it comes due again after its back-off.</summary>
    public async Task PostponeAsync(
        ClipClaim claim, CopyOutcome.Unavailable outcome, CancellationToken cancellationToken)
    {
        await claims.PostponeAsync(claim, outcome.RetryAfter, cancellationToken);
        Report(claim, outcome.Reason, isLost: false);
    }

    private async Task CountAsync(
        ClipClaim claim, string reason, string update, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(cancellationToken);
        var isLost = await work.QuerySingleOrDefaultAsync<bool>(
            update,
            new
            {
                claim.VideoId,
                claim.Attempt,
                options.Value.MissingLimit,
                options.Value.MissingWindow,
                options.Value.BrokenLimit,
                Pause = claims.PauseAfter(claim.Attempt, null),
            },
            cancellationToken);
        if (isLost)
        {
            await work.ExecuteAsync(
                "update clips set state = 'lost', next_attempt_at = null where video_id = @VideoId",
                new { claim.VideoId },
                cancellationToken);
            work.Publish(LossOf(claim.VideoId, claim.Epoch));
        }

        await work.CommitAsync(cancellationToken);
        Report(claim, reason, isLost);
    }

    private void Report(ClipClaim claim, string reason, bool isLost)
    {
        if (isLost)
        {
            metrics.Lost(claim.Upstream);
            Log.Lost(logger, claim.VideoId, claim.Upstream, reason);
        }
        else
        {
            metrics.Postponed(claim.Upstream);
            Log.NotThere(logger, claim.VideoId, claim.Upstream, reason);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Upstream} has no usable clip of {VideoId} yet: {Reason}")]
        public static partial void NotThere(ILogger logger, string videoId, string upstream, string reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "The clip of {VideoId} at {Upstream} is given up: {Reason}")]
        public static partial void Lost(ILogger logger, string videoId, string upstream, string reason);
    }
}
