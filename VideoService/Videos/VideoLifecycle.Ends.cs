using Sora.Contracts;
using Sora.Upstreams;

namespace Sora.VideoService.Videos;

/// <content>How a video ends before it is ready, and what is still learnt of it afterwards.</content>
public static partial class VideoLifecycle
{
    // A render that has not come within a day of its deadline does not come.
    private static readonly TimeSpan LongestLateLook = TimeSpan.FromDays(1);

    /// <summary>
    /// What was not submitted ends; what was is stopped at the upstream, as soon as its id there is known. What is rendered
    /// cannot be cancelled any more.
    /// </summary>
    private static Transition? Cancel(Video video, DateTimeOffset now) => video.Stage switch
    {
        VideoStage.AwaitingApproval or VideoStage.Accepted => End(
            VideoStage.Cancelled, video, VideoFailure.Cancelled, UpstreamCharge.None, now),
        VideoStage.Submitting or VideoStage.Indeterminate => To(VideoStage.Cancelling, video, now, video.NextActionAt),
        VideoStage.Submitted or VideoStage.Rendering => To(VideoStage.Cancelling, video, now, now),
        _ => null,
    };

    /// <summary>Invisible at once, and cancelled; what is rendered is paid for and then deleted.</summary>
    private static Transition? Delete(Video video, DateTimeOffset now)
    {
        if (video.DeletedAt is not null || video.Stage is VideoStage.Holding)
        {
            return null;
        }

        var gone = video with { DeletedAt = now };
        return Cancel(gone, now) ?? video.Stage switch
        {
            VideoStage.Saving or VideoStage.Cancelling => Again(gone, video.NextActionAt),
            _ => Again(gone, video.NextActionAt, new VideoDeleted(video.Id, video.Organization, video.Project, now)),
        };
    }

    private static Transition? Expire(Video video, VideoFact.DeadlinePassed fact, DateTimeOffset now)
    {
        if (video.Stage.IsTerminal() || video.Stage is VideoStage.Holding || video.DeadlineAt > now)
        {
            return null;
        }

        var charge = video.Stage switch
        {
            VideoStage.Submitting or VideoStage.Indeterminate => UpstreamCharge.Unresolved,
            VideoStage.Cancelling when video.UpstreamId is null => UpstreamCharge.Unresolved,
            VideoStage.Saving => UpstreamCharge.Charged,
            _ => UpstreamCharge.None,
        };
        var expired = End(VideoStage.Expired, video, VideoFailure.Expired, charge, now);
        var looksOn = video.UpstreamId is not null && video.Stage is not VideoStage.Saving;
        return looksOn ? expired with { After = expired.After with { NextActionAt = now + fact.LateLook } } : expired;
    }

    private static Transition? Cancelling(Video video, VideoFact fact, DateTimeOffset now) => fact switch
    {
        VideoFact.SubmissionAccepted f when video.UpstreamId is null => Again(
            video with { UpstreamId = f.UpstreamId, SubmittedAt = now }, now),
        VideoFact.SubmissionPutOff f => NeverTaken(video, f.Attempt, now),
        VideoFact.SubmissionRefused f => NeverTaken(video, f.Attempt, now),
        VideoFact.SubmissionNotThere f => NeverTaken(video, f.Attempt, now),
        VideoFact.SubmissionUnclear f when video.UpstreamId is null => Again(video, now + f.NextLook),
        VideoFact.Stopped { Billed: true } => End(
            VideoStage.Cancelled, video with { CustomerPays = true }, VideoFailure.CancelledButBilled,
            UpstreamCharge.Charged, now),
        VideoFact.Stopped => End(VideoStage.Cancelled, video, VideoFailure.Cancelled, UpstreamCharge.None, now),
        VideoFact.PollFailed f => Again(video, now + f.NextPoll),
        _ => null,
    };

    private static Transition? NeverTaken(Video video, int attempt, DateTimeOffset now) =>
        video.UpstreamId is null && attempt == video.Attempt
            ? End(VideoStage.Cancelled, video, VideoFailure.Cancelled, UpstreamCharge.None, now)
            : null;

    private static Transition? AfterDeadline(Video video, VideoFact fact, DateTimeOffset now) => fact switch
    {
        VideoFact.SubmissionAccepted f when video.UpstreamId is null => Again(
            video with { UpstreamId = f.UpstreamId, SubmittedAt = now }, now),
        VideoFact.Observed { Video.Status: UpstreamStatus.Completed } when !video.LateResult => KeepLate(video, now),
        VideoFact.Observed { Video.Status: UpstreamStatus.Failed } or VideoFact.Missed => Again(video, null),
        VideoFact.Observed f => LookOn(video, f.NextPoll, now),
        VideoFact.PollFailed f => LookOn(video, f.NextPoll, now),
        _ => null,
    };

    private static Transition LookOn(Video video, TimeSpan nextPoll, DateTimeOffset now) =>
        Again(video, now < video.DeadlineAt + LongestLateLook ? now + nextPoll : null);

    /// <summary>The bytes are kept, unless nobody wants them any more; the money is news either way.</summary>
    private static Transition KeepLate(Video video, DateTimeOffset now)
    {
        var late = video with { LateResult = true, RenderedAt = now, Epoch = video.Epoch + 1 };
        var lateNews = RenderedLate(late);
        return late.DeletedAt is null ? Again(late, null, lateNews, Rendered(late)) : Again(late, null, lateNews);
    }
}
