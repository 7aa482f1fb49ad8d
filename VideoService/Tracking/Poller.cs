using System.Diagnostics;
using Microsoft.Extensions.Options;
using Sora.ServiceDefaults.Database;
using Sora.Upstreams;
using Sora.Upstreams.OpenAIVideos;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Tracking;

/// <summary>
/// Asks the upstreams about videos that are due, and tells them to stop those that are being cancelled. A claim moves the
/// due time on by a lease, so that other pollers leave the video alone and a lost poller's come back by themselves.
/// </summary>
public sealed class Poller(
    ServiceDatabase database,
    FactWriter facts,
    UpstreamCatalogue upstreams,
    VideoExpectations expectations,
    ActivitySource activities,
    IOptions<TrackingOptions> options,
    TimeProvider clock,
    ILogger<Poller> logger) : JobLoop(options.Value.PollConcurrency, options.Value.IdleInterval, clock, logger)
{
    private const string Claim =
        $"""
        with due as (
            select id as due_id from videos
            where stage in ('submitted', 'rendering', 'cancelling', 'expired') and next_action_at <= @Now
                and upstream_id is not null
            order by next_action_at limit @Limit for update skip locked)
        update videos set next_action_at = @LeaseUntil from due where id = due_id
        returning {Video.Columns}
        """;

    protected override async Task<IReadOnlyList<Video>> ClaimAsync(
        int limit, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(cancellationToken);
        var now = Clock.GetUtcNow();
        var claimed = await work.QueryAsync<Video>(
            Claim,
            new { Now = now, LeaseUntil = now + options.Value.PollLease, Limit = limit },
            cancellationToken);
        await work.CommitAsync(CancellationToken.None);
        return claimed;
    }

    protected override async Task HandleAsync(Video video, CancellationToken cancellationToken) =>
        await facts.ApplyAsync(video.Id, video.Stage is VideoStage.Cancelling
            ? await StopAsync(video, cancellationToken)
            : await LookAsync(video, cancellationToken));

    private async Task<VideoFact> LookAsync(Video video, CancellationToken cancellationToken)
    {
        using var span = activities.StartJobActivity("poll video", video);
        var upstream = upstreams.Get(video.Upstream);
        var outcome = await upstream.GetAsync(video.Credential, video.UpstreamId!, cancellationToken);
        return outcome switch
        {
            LookOutcome.Seen seen => new VideoFact.Observed(seen.Video, NextPoll(video)),
            LookOutcome.Missing => new VideoFact.Missed(NextPoll(video), MissLimit(upstream.Dialect)),
            LookOutcome.Unavailable unavailable => new VideoFact.PollFailed(PollRhythm.AfterFailure(unavailable.RetryAfter)),
            _ => throw new UnreachableException(),
        };
    }

    private async Task<VideoFact> StopAsync(Video video, CancellationToken cancellationToken)
    {
        using var span = activities.StartJobActivity("stop video", video);
        var upstream = upstreams.Get(video.Upstream);
        if (!upstream.Dialect.DeleteCancels)
        {
            return new VideoFact.Stopped(Billed: true);
        }

        return await upstream.DeleteAsync(video.Credential, video.UpstreamId!, cancellationToken)
            ? new VideoFact.Stopped(upstream.Dialect.BillsCancelled)
            : new VideoFact.PollFailed(PollRhythm.AfterFailure(null));
    }

    // What lived in a server's memory does not come back; the second look is for another replica's answer.
    private int MissLimit(Dialect dialect) =>
        dialect.ForgetsOnRestart ? Math.Min(2, options.Value.MissLimit) : options.Value.MissLimit;

    private TimeSpan NextPoll(Video video) => video.Stage is VideoStage.Expired
        ? PollRhythm.Late()
        : PollRhythm.Next(Clock.GetUtcNow() - video.SubmittedAt!.Value, expectations.RenderTime(video));
}
