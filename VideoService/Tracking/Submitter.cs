using Microsoft.Extensions.Options;
using Npgsql;
using Sora.ServiceDefaults.Database;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Tracking;

/// <summary>
/// Submits accepted videos to their upstreams. A batch is claimed and saved as <c>submitting</c> before the first byte
/// leaves; what the upstream answered decides what follows. An answer that was lost is never repeated blindly.
/// </summary>
public sealed partial class Submitter(
    ServiceDatabase database,
    FactWriter facts,
    Submission submission,
    VideoCache cache,
    IOptions<TrackingOptions> options,
    TimeProvider clock,
    ILogger<Submitter> logger) : JobLoop(options.Value.SubmitConcurrency, options.Value.IdleInterval, clock, logger)
{
    private const string Due =
        $"""
        select {Video.Columns} from videos where stage = 'accepted' and next_action_at <= @Now
        order by next_action_at limit @Limit for update skip locked
        """;

    protected override async Task<IReadOnlyList<Video>> ClaimAsync(
        int limit, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(cancellationToken);
        var now = Clock.GetUtcNow();
        var due = await work.QueryAsync<Video>(Due, new { Now = now, Limit = limit }, cancellationToken);
        if (due.Count == 0)
        {
            return [];
        }

        var started = new VideoFact.SubmissionStarted(options.Value.SubmitLease);
        var transitions = await work.ApplyAsync(due, _ => started, now, cancellationToken);
        await work.CommitAsync(CancellationToken.None);
        IReadOnlyList<Video> submitting = [.. transitions.Select(transition => transition.After)];
        await cache.RenewAsync(submitting);
        return submitting;
    }

    protected override async Task HandleAsync(Video video, CancellationToken cancellationToken)
    {
        try
        {
            await facts.ApplyAsync(video.Id, await submission.SendAsync(video, cancellationToken));
        }
        catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.UniqueViolation)
        {
            // The upstream gave us an id that another video has: its answer cannot be believed.
            Log.ForeignId(logger, video.Id, video.Upstream);
            await facts.ApplyAsync(video.Id, new VideoFact.SubmissionUnclear(Submission.FirstLook));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Error,
            Message = "Upstream {Upstream} answered {VideoId} with an id that belongs to another video")]
        public static partial void ForeignId(ILogger logger, string videoId, string upstream);
    }
}
