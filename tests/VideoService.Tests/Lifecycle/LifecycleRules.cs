using Sora.Contracts;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Tests.Lifecycle;

/// <summary>What holds for every run, whatever happened in it.</summary>
internal static class LifecycleRules
{
    public static readonly IReadOnlyDictionary<string, Func<Run, bool>> All = new Dictionary<string, Func<Run, bool>>
    {
        ["a terminal stage is never left"] = run => run.Decisions.All(
            decision => !decision.Before.Stage.IsTerminal() || decision.After.Stage == decision.Before.Stage),
        ["progress never decreases"] = run => run.Decisions.All(
            decision => decision.After.Progress >= decision.Before.Progress),
        ["progress is 100 when ready and less before"] = run => run.Videos.All(
            video => video.Progress == 100 == video.Stage is VideoStage.Ready && video.Progress is >= 0 and <= 100),
        ["one end is announced, once, when there is one"] = run =>
            run.Messages.Count(message => message is VideoCompleted or VideoFailed) == (run.Last.Stage.IsTerminal() ? 1 : 0),
        ["ready is announced as completed, every other end as failed"] = run =>
            run.Messages.OfType<VideoCompleted>().Any() == run.Last.Stage is VideoStage.Ready,
        ["every run that was accepted ends with its deadline"] = run =>
            run.Last.Stage.IsTerminal() || run.Last.Stage is VideoStage.Holding,
        ["the upstream's id never changes"] = run => run.Decisions.All(
            decision => decision.Before.UpstreamId is null || decision.After.UpstreamId == decision.Before.UpstreamId),
        ["only the news of the latest attempt frees a video to be sent again"] = run => run.Decisions.All(
            decision => decision.Before.Stage is not (VideoStage.Submitting or VideoStage.Indeterminate)
                || decision.After.Stage is not VideoStage.Accepted
                || decision.Fact is VideoFact.SubmissionPutOff { Attempt: var putOff } && putOff == decision.Before.Attempt
                || decision.Fact is VideoFact.SubmissionNotThere { Attempt: var gone } && gone == decision.Before.Attempt),
        ["every change counts one version"] = run => run.Decisions.All(
            decision => decision.After.Version == decision.Before.Version + (decision.Transition is null ? 0 : 1)),
        ["an end without a clip has a code, nothing else has"] = run => run.Videos.All(
            video => video.ErrorCode is not null == (video.Stage.IsTerminal() && video.Stage is not VideoStage.Ready)),
        ["a deletion is announced once, when the video has ended"] = run =>
            run.Messages.OfType<VideoDeleted>().Count()
                == (run.Last.DeletedAt is not null && run.Last.Stage.IsTerminal() ? 1 : 0),
        ["a copy is asked for under the current epoch only"] = run => run.Decisions.All(
            decision => decision.Transition?.Messages.OfType<VideoRendered>().All(
                message => message.Epoch == decision.After.Epoch && decision.After.Epoch > 0) is not false),
        ["a deleted video's late result is not copied"] = run => run.Decisions.All(
            decision => decision.After is not { Stage: VideoStage.Expired, DeletedAt: not null }
                || decision.Transition?.Messages.OfType<VideoRendered>().Any() is not true),
    };
}
