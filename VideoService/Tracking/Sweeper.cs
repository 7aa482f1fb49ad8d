using Microsoft.Extensions.Options;
using Sora.ServiceDefaults.Database;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Tracking;

/// <summary>
/// Finishes what others left: holds that were never answered, submissions whose submitter died, copies that were never
/// reported, jobs whose time is over. With every queue purged and every process restarted, this still ends every job.
/// </summary>
public sealed partial class Sweeper(
    ServiceDatabase database, VideoCache cache, IOptions<TrackingOptions> options, TimeProvider clock, ILogger<Sweeper> logger)
    : WorkLoop(options.Value.IdleInterval * 4, clock, logger)
{
    /// <summary>Longer than a create waits for its hold.</summary>
    public static readonly TimeSpan HoldingLimit = TimeSpan.FromSeconds(30);

    private const int BatchSize = 64;
    private static readonly TimeSpan Reminder = TimeSpan.FromMinutes(2);

    protected override async Task<bool> WorkAsync(CancellationToken cancellationToken)
    {
        var abandoned = await AbandonAsync(cancellationToken);
        var lost = await ApplyAsync(
            "stage = 'submitting' and next_action_at <= @Now",
            new VideoFact.SubmissionUnclear(Submission.FirstLook), cancellationToken);
        var unsaved = await ApplyAsync(
            "stage = 'saving' and next_action_at <= @Now", new VideoFact.SavingOverdue(Reminder), cancellationToken);
        var expired = await ApplyAsync(
            "stage not in ('holding', 'ready', 'failed', 'rejected', 'cancelled', 'expired') and deadline_at <= @Now",
            new VideoFact.DeadlinePassed(PollRhythm.Late()), cancellationToken);
        await ForgetParkedAsync(cancellationToken);
        return Math.Max(Math.Max(abandoned, lost), Math.Max(unsaved, expired)) == BatchSize;
    }

    private async Task<int> AbandonAsync(CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(cancellationToken);
        var videos = await FindAsync(work, "stage = 'holding' and next_action_at <= @Now", cancellationToken);
        if (videos.Count > 0)
        {
            await work.AbandonAsync(videos, Clock.GetUtcNow(), cancellationToken);
            await work.CommitAsync(CancellationToken.None);
            Log.Abandoned(logger, videos.Count);
        }

        return videos.Count;
    }

    private async Task<int> ApplyAsync(string condition, VideoFact fact, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(cancellationToken);
        var videos = await FindAsync(work, condition, cancellationToken);
        if (videos.Count > 0)
        {
            var transitions = await work.ApplyAsync(videos, _ => fact, Clock.GetUtcNow(), cancellationToken);
            await work.CommitAsync(CancellationToken.None);
            await cache.RenewAsync(transitions.Select(transition => transition.After));
            Log.Swept(logger, transitions.Count, fact.GetType().Name);
        }

        return videos.Count;
    }

    /// <summary>A webhook about a video that never became ours.</summary>
    private async Task ForgetParkedAsync(CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(cancellationToken);
        await work.ExecuteAsync(
            "delete from parked_notifications where received_at < now() - interval '1 day'", null, cancellationToken);
        await work.CommitAsync(cancellationToken);
    }

    private Task<IReadOnlyList<Video>> FindAsync(UnitOfWork work, string condition, CancellationToken cancellationToken) =>
        work.QueryAsync<Video>(
            $"select {Video.Columns} from videos where {condition} limit {BatchSize} for update skip locked",
            new { Now = Clock.GetUtcNow() },
            cancellationToken);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Gave up {Count} jobs whose hold was never answered")]
        public static partial void Abandoned(ILogger logger, int count);

        [LoggerMessage(Level = LogLevel.Information, Message = "Moved {Count} overdue jobs: {Fact}")]
        public static partial void Swept(ILogger logger, int count, string fact);
    }
}
