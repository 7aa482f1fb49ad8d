using Sora.Contracts;
using Sora.Upstreams;

namespace Sora.VideoService.Videos;

/// <summary>
/// The one place that moves a video: (video, fact) → (video', messages), or null when the fact changes nothing: a
/// repetition, late news, or news for another stage. Pure, so that any order of facts can be tried.
/// </summary>
public static partial class VideoLifecycle
{
    private const int MostBeforeSaving = 98;
    private const int WhileSaving = 99;
    private static readonly TimeSpan FirstReminder = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan TimeToSave = TimeSpan.FromMinutes(30);

    /// <summary>What follows from the fact at this moment.</summary>
    public static Transition? Decide(Video video, VideoFact fact, DateTimeOffset now) =>
        Next(video, fact, now) is { } next ? next with { Before = video, At = now } : null;

    private static Transition? Next(Video video, VideoFact fact, DateTimeOffset now) => fact switch
    {
        VideoFact.Cancelled => Cancel(video, now),
        VideoFact.Deleted => Delete(video, now),
        VideoFact.DeadlinePassed f => Expire(video, f, now),
        _ => video.Stage switch
        {
            VideoStage.Holding => Holding(video, fact, now),
            VideoStage.Accepted or VideoStage.Submitting or VideoStage.Indeterminate => Submission(video, fact, now),
            VideoStage.Submitted or VideoStage.Rendering => Rendering(video, fact, now),
            VideoStage.Saving => Saving(video, fact, now),
            VideoStage.Cancelling => Cancelling(video, fact, now),
            VideoStage.Expired => AfterDeadline(video, fact, now),
            _ => null,
        },
    };

    private static Transition? Holding(Video video, VideoFact fact, DateTimeOffset now) => fact switch
    {
        VideoFact.HoldGranted f => To(
            VideoStage.Accepted, Priced(video, f.MicroUsd, f.PriceVersion), now, now,
            new VideoAccepted(video.Id, video.Organization, video.Project)),
        VideoFact.ApprovalNeeded f => To(
            VideoStage.AwaitingApproval, Awaiting(Priced(video, f.MicroUsd, f.PriceVersion), f), now, null),
        _ => null,
    };

    /// <summary>
    /// What is learnt late of an earlier attempt may bind the video, but never frees it to be sent once more.
    /// </summary>
    private static Transition? Submission(Video video, VideoFact fact, DateTimeOffset now) => (video.Stage, fact) switch
    {
        (VideoStage.Accepted, VideoFact.SubmissionStarted f) => To(
            VideoStage.Submitting, video with { Attempt = video.Attempt + 1 }, now, now + f.Lease),
        (VideoStage.Submitting or VideoStage.Indeterminate, VideoFact.SubmissionAccepted f) => To(
            VideoStage.Submitted, video with { UpstreamId = f.UpstreamId, SubmittedAt = now }, now, now + f.FirstPoll),
        (not VideoStage.Accepted, VideoFact.SubmissionPutOff f) when f.Attempt == video.Attempt => To(
            VideoStage.Accepted, video, now, now + f.Delay),
        (not VideoStage.Accepted, VideoFact.SubmissionRefused f) when f.Attempt == video.Attempt => End(
            VideoStage.Failed, video, new VideoFailure(f.Code, f.Message), UpstreamCharge.None, now),
        (VideoStage.Submitting, VideoFact.SubmissionUnclear f) => To(
            VideoStage.Indeterminate, video, now, now + f.NextLook),
        (VideoStage.Indeterminate, VideoFact.SubmissionUnclear f) => Again(video, now + f.NextLook),
        (VideoStage.Indeterminate, VideoFact.SubmissionNotThere f) when f.Attempt == video.Attempt => To(
            VideoStage.Accepted, video, now, now),
        _ => null,
    };

    private static Transition? Rendering(Video video, VideoFact fact, DateTimeOffset now) => fact switch
    {
        VideoFact.Observed f => Observe(video, f, now),
        VideoFact.Missed f when video.Misses + 1 >= f.Limit => End(
            VideoStage.Failed, video, VideoFailure.UpstreamLost, UpstreamCharge.Unresolved, now),
        VideoFact.Missed f => Again(video with { Misses = video.Misses + 1 }, now + f.NextPoll),
        VideoFact.PollFailed f => Again(video, now + f.NextPoll),
        VideoFact.Notified => Again(video, now),
        _ => null,
    };

    private static Transition Observe(Video video, VideoFact.Observed fact, DateTimeOffset now)
    {
        var known = video with { Misses = 0 };

        // A webhook that came while this look was under way asks for another one, which stays due.
        var nextPoll = video.NextActionAt < now + fact.NextPoll ? video.NextActionAt : now + fact.NextPoll;
        switch (fact.Video.Status)
        {
            case UpstreamStatus.InProgress:
                var progress = Math.Clamp(fact.Video.Progress ?? 0, video.Progress, MostBeforeSaving);
                return video.Stage is VideoStage.Rendering
                    ? Again(known with { Progress = progress }, nextPoll)
                    : To(VideoStage.Rendering, known with { Progress = progress }, now, nextPoll);
            case UpstreamStatus.Completed:
                var rendered = known with
                {
                    Progress = WhileSaving,
                    RenderedAt = now,
                    Epoch = video.Epoch + 1,
                    DeadlineAt = now + TimeToSave > video.DeadlineAt ? now + TimeToSave : video.DeadlineAt,
                };
                return To(VideoStage.Saving, rendered, now, now + FirstReminder, Rendered(rendered));
            case UpstreamStatus.Failed:
                var failure = VideoFailure.FromUpstream(fact.Video.ErrorCode, fact.Video.ErrorMessage);
                return End(VideoStage.Failed, known, failure, UpstreamCharge.None, now);
            default:
                return Again(known, nextPoll);
        }
    }

    private static Transition? Saving(Video video, VideoFact fact, DateTimeOffset now) => fact switch
    {
        VideoFact.ClipKept f when f.Epoch == video.Epoch => Complete(video, now),
        VideoFact.ClipGone f when f.Epoch == video.Epoch => End(
            VideoStage.Failed, video, new VideoFailure(f.Code, f.Message), UpstreamCharge.Charged, now),
        VideoFact.SavingOverdue f => Again(video, now + f.NextReminder, Rendered(video)),
        _ => null,
    };

    private static Transition Complete(Video video, DateTimeOffset now)
    {
        var ready = video with
        {
            Stage = VideoStage.Ready,
            Progress = 100,
            CompletedAt = now,
            ExpiresAt = now.AddDays(video.RetentionDays),
        };
        return To(VideoStage.Ready, ready, now, null, [.. Outcome(ready), .. Deletion(video)]);
    }

    private static Transition End(
        VideoStage end, Video video, VideoFailure failure, string charge, DateTimeOffset now)
    {
        var ended = video with
        {
            Stage = end,
            ErrorCode = failure.Code,
            ErrorMessage = failure.Message,
            UpstreamCharge = charge,
            CompletedAt = now,
        };
        return To(end, ended, now, null, [.. Outcome(ended), .. Deletion(video)]);
    }

    /// <summary>
    /// What was announced of a video's end, from its row alone, so that it can be said again; nothing of one that goes on.
    /// </summary>
    public static IEnumerable<object> Outcome(Video video)
    {
        if (video.Stage is VideoStage.Ready)
        {
            yield return new VideoCompleted(
                video.Id, video.Organization, video.Project, video.User, video.Upstream, video.UpstreamId!,
                video.CompletedAt!.Value, video.ExpiresAt!.Value);
        }
        else if (video.Stage.IsTerminal())
        {
            yield return new VideoFailed(
                video.Id, video.Organization, video.Project, video.User, video.Upstream, video.UpstreamId,
                video.ErrorCode!, video.ErrorMessage!, video.UpstreamCharge!, video.CompletedAt!.Value, video.CustomerPays);
        }

        if (video.LateResult)
        {
            yield return RenderedLate(video);
        }
    }

    /// <summary>A video that was deleted on its way leaves with its end: what is stored of it can go now.</summary>
    private static IEnumerable<object> Deletion(Video video) => video.DeletedAt is { } deletedAt
        ? [new VideoDeleted(video.Id, video.Organization, video.Project, deletedAt)]
        : [];

    private static VideoRendered Rendered(Video video) => new(
        video.Id, video.Organization, video.Project, video.Epoch, video.Upstream, video.Credential, video.UpstreamId!,
        video.Size, video.Seconds);

    private static VideoRenderedLate RenderedLate(Video video) => new(
        video.Id, video.Organization, video.Project, video.Upstream, video.UpstreamId!, video.RenderedAt!.Value);

    private static Video Priced(Video video, long microUsd, int priceVersion) =>
        video with { HeldMicroUsd = microUsd, PriceVersion = priceVersion };

    /// <summary>Whoever decides has more time than a render; when nobody did, the deadline ends it.</summary>
    private static Video Awaiting(Video video, VideoFact.ApprovalNeeded fact) => video with
    {
        ApprovalReason = fact.Reason,
        ApprovalExpiresAt = fact.ExpiresAt,
        DeadlineAt = fact.ExpiresAt,
    };

    private static Transition To(
        VideoStage stage, Video video, DateTimeOffset now, DateTimeOffset? nextAction, params object[] messages) =>
        Again(video with { Stage = stage, StageSince = now }, nextAction, messages);

    /// <summary>Before and At are filled in by <see cref="Decide"/>.</summary>
    private static Transition Again(Video video, DateTimeOffset? nextAction, params object[] messages) =>
        new(video, video with { NextActionAt = nextAction, Version = video.Version + 1 }, default, messages);
}
