using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Options;
using Npgsql;
using Sora.ServiceDefaults.Database;
using Sora.Upstreams;
using Sora.Upstreams.OpenAIVideos;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Tracking;

/// <summary>
/// Finds out what became of submissions whose answer was lost. Where the upstream honours keys, the same attempt is sent
/// again; where it has a list, a video that matches and belongs to no job is bound, and only when none has turned up within
/// the quiet period is the job submitted anew; where it has neither, the job waits for an operator or its deadline. A job
/// that is to be cancelled is looked for in the same way: bound, so that the poller stops it, or cancelled as never taken.
/// </summary>
public sealed partial class Reconciler(
    ServiceDatabase database,
    FactWriter facts,
    Submission submission,
    UpstreamCatalogue upstreams,
    ActivitySource activities,
    IOptions<TrackingOptions> options,
    TimeProvider clock,
    ILogger<Reconciler> logger) : JobLoop(OneAfterTheOther, options.Value.IdleInterval * 4, clock, logger)
{
    // Two lost submissions of the same prompt must not both take the same match.
    private const int OneAfterTheOther = 1;
    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan NextLook = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan OperatorsPace = TimeSpan.FromMinutes(5);

    private const string Claim =
        $"""
        with due as (
            select id as due_id from videos
            where (stage = 'indeterminate' or (stage = 'cancelling' and upstream_id is null)) and next_action_at <= @Now
            order by next_action_at limit @Limit for update skip locked)
        update videos set next_action_at = @LeaseUntil from due where id = due_id
        returning {Video.Columns}
        """;

    protected override async Task<IReadOnlyList<Video>> ClaimAsync(int limit, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(cancellationToken);
        var now = Clock.GetUtcNow();
        var claimed = await work.QueryAsync<Video>(
            Claim, new { Now = now, Limit = limit, LeaseUntil = now + options.Value.SubmitLease }, cancellationToken);
        await work.CommitAsync(CancellationToken.None);
        return claimed;
    }

    protected override async Task HandleAsync(Video video, CancellationToken cancellationToken)
    {
        using var span = activities.StartJobActivity("reconcile video", video);
        var fact = await FindOutAsync(video, cancellationToken);
        span?.SetTag("sora.reconcile.outcome", fact.GetType().Name);
        try
        {
            await facts.ApplyAsync(video.Id, fact);
        }
        catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.UniqueViolation)
        {
            // Another job took that match in the meantime; the next look excludes it.
            await facts.ApplyAsync(video.Id, new VideoFact.SubmissionUnclear(NextLook));
        }
    }

    private async Task<VideoFact> FindOutAsync(Video video, CancellationToken cancellationToken)
    {
        var upstream = upstreams.Get(video.Upstream);
        if (MaySendAgain(video, upstream.Dialect))
        {
            return await submission.SendAsync(video, cancellationToken) switch
            {
                VideoFact.SubmissionPutOff => new VideoFact.SubmissionUnclear(NextLook),
                var fact => fact,
            };
        }

        if (!upstream.Dialect.HasList)
        {
            return new VideoFact.SubmissionUnclear(OperatorsPace);
        }

        var listed = await upstream.ListAsync(video.Credential, SubmittedAfter(video), cancellationToken);
        if (listed is null)
        {
            return new VideoFact.SubmissionUnclear(NextLook);
        }

        if (await FreeMatchAsync(video, listed, cancellationToken) is { } match)
        {
            Log.Bound(logger, video.Id, video.Upstream);
            return new VideoFact.SubmissionAccepted(match.Id, PollRhythm.First());
        }

        if (Clock.GetUtcNow() < video.StageSince + upstream.Dialect.LateAcceptanceBound)
        {
            return new VideoFact.SubmissionUnclear(NextLook);
        }

        Log.NotThere(logger, video.Id, video.Upstream);
        return new VideoFact.SubmissionNotThere(video.Attempt);
    }

    /// <summary>
    /// Sending again may begin a render. For a video that is to be cancelled, that is the last resort, and none where the
    /// upstream could not be stopped.
    /// </summary>
    private static bool MaySendAgain(Video video, Dialect dialect) => dialect.HonoursIdempotencyKeys
        && (video.Stage is not VideoStage.Cancelling || dialect is { HasList: false, DeleteCancels: true });

    private async Task<UpstreamVideo?> FreeMatchAsync(
        Video video, IReadOnlyList<UpstreamVideo> listed, CancellationToken cancellationToken)
    {
        var matches = listed.Where(candidate => Matches(video, candidate)).ToList();
        await using var work = await database.BeginAsync(cancellationToken);
        var bound = await work.QueryAsync<string>(
            "select upstream_id from videos where upstream = @Upstream and upstream_id = any(@Ids)",
            new { video.Upstream, Ids = matches.Select(match => match.Id).ToArray() },
            cancellationToken);
        return matches.Find(match => !bound.Contains(match.Id));
    }

    /// <summary>
    /// What the upstream echoes has to be equal; what it leaves out cannot contradict. Without the prompt nothing is
    /// known.
    /// </summary>
    private static bool Matches(Video video, UpstreamVideo candidate) =>
        candidate.Prompt == video.Prompt
        && (candidate.Size ?? video.Size) == video.Size
        && (candidate.Seconds ?? Seconds(video)) == Seconds(video)
        && (candidate.Model ?? video.UpstreamModel) == video.UpstreamModel
        && (candidate.CreatedAt is not { } created || created >= SubmittedAfter(video));

    /// <summary>No submission is sent before its job is there; clocks may differ.</summary>
    private static DateTimeOffset SubmittedAfter(Video video) => video.CreatedAt - ClockSkew;

    private static string Seconds(Video video) => video.Seconds.ToString(CultureInfo.InvariantCulture);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Found the lost submission of {VideoId} at upstream {Upstream}")]
        public static partial void Bound(ILogger logger, string videoId, string upstream);

        [LoggerMessage(Level = LogLevel.Information, Message = "Upstream {Upstream} never took {VideoId}")]
        public static partial void NotThere(ILogger logger, string videoId, string upstream);
    }
}
