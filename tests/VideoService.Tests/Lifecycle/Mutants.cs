using Sora.Contracts;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Tests.Lifecycle;

/// <summary>Machines that break one rule each, so that the rules are known to notice.</summary>
internal static class Mutants
{
    public static readonly IReadOnlyDictionary<string, Machine> All = new Dictionary<string, Machine>
    {
        ["a terminal stage is never left"] = (video, fact, now) =>
            video.Stage is VideoStage.Expired && fact is VideoFact.ClipKept
                ? Changed(video, now, video with { Stage = VideoStage.Ready })
                : VideoLifecycle.Decide(video, fact, now),
        ["progress never decreases"] = (video, fact, now) =>
            Mutated(video, fact, now, after => fact is VideoFact.Observed { Video.Progress: { } progress }
                && after.Stage is VideoStage.Rendering ? after with { Progress = Math.Min(progress, 98) } : after),
        ["progress is 100 when ready and less before"] = (video, fact, now) =>
            Mutated(video, fact, now, after => after.Stage is VideoStage.Saving ? after with { Progress = 100 } : after),
        ["one end is announced, once, when there is one"] = (video, fact, now) =>
            Decide(video, fact, now, transition => video.Stage is VideoStage.Expired && fact is VideoFact.Observed
                ? transition with { Messages = [.. transition.Messages, Failed(video, now)] }
                : transition),
        ["ready is announced as completed, every other end as failed"] = (video, fact, now) =>
            Decide(video, fact, now, transition => fact is VideoFact.ClipGone
                ? transition with { Messages = [Completed(video, now)] }
                : transition),
        ["every run that was accepted ends with its deadline"] = (video, fact, now) =>
            video.Stage is VideoStage.Indeterminate && fact is VideoFact.DeadlinePassed
                ? null
                : VideoLifecycle.Decide(video, fact, now),
        ["the upstream's id never changes"] = (video, fact, now) =>
            fact is VideoFact.SubmissionAccepted f && video.Stage is VideoStage.Rendering
                ? Changed(video, now, video with { UpstreamId = f.UpstreamId })
                : VideoLifecycle.Decide(video, fact, now),
        ["only the news of the latest attempt frees a video to be sent again"] = (video, fact, now) =>
            VideoLifecycle.Decide(
                video, fact is VideoFact.SubmissionPutOff f ? f with { Attempt = video.Attempt } : fact, now),
        ["every change counts one version"] = (video, fact, now) =>
            Mutated(video, fact, now, after => fact is VideoFact.Notified ? after with { Version = video.Version } : after),
        ["an end without a clip has a code, nothing else has"] = (video, fact, now) =>
            Mutated(video, fact, now, after => fact is VideoFact.Missed ? after with { ErrorCode = null } : after),
        ["a deletion is announced once, when the video has ended"] = (video, fact, now) =>
            Decide(video, fact, now, transition => video.DeletedAt is not null && fact is VideoFact.ClipKept
                ? transition with { Messages = [.. transition.Messages.Where(message => message is not VideoDeleted)] }
                : transition),
        ["a copy is asked for under the current epoch only"] = (video, fact, now) =>
            Mutated(video, fact, now, after => fact is VideoFact.SavingOverdue ? after with { Epoch = after.Epoch + 1 } : after),
        ["a deleted video's late result is not copied"] = (video, fact, now) =>
            Decide(video, fact, now, transition => transition.After is { LateResult: true } && !video.LateResult
                ? transition with { Messages = [.. transition.Messages, Rendered(transition.After)] }
                : transition),
    };

    private static Transition? Decide(Video video, VideoFact fact, DateTimeOffset now, Func<Transition, Transition> spoil) =>
        VideoLifecycle.Decide(video, fact, now) is { } transition ? spoil(transition) : null;

    private static Transition? Mutated(Video video, VideoFact fact, DateTimeOffset now, Func<Video, Video> spoil) =>
        Decide(video, fact, now, transition => transition with { After = spoil(transition.After) });

    private static Transition Changed(Video before, DateTimeOffset now, Video after) =>
        new(before, after with { Version = before.Version + 1 }, now, []);

    private static VideoFailed Failed(Video video, DateTimeOffset now) => new(
        video.Id, video.Organization, video.Project, video.User, video.Upstream, null, "expired", "", UpstreamCharge.None, now,
        false);

    private static VideoCompleted Completed(Video video, DateTimeOffset now) => new(
        video.Id, video.Organization, video.Project, video.User, video.Upstream, "", now, now);

    private static VideoRendered Rendered(Video video) => new(
        video.Id, video.Organization, video.Project, video.Epoch, video.Upstream, video.Credential, "",
        video.Size, video.Seconds);
}
