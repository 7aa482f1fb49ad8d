using System.Globalization;
using System.Text;
using Sora.Upstreams;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Tests.Lifecycle;

/// <summary>
/// The machine as text: every stage with every fact, and what follows. A fact that is not listed changes nothing.
/// </summary>
internal static class LifecycleTable
{
    private static readonly DateTimeOffset Now = Run.Start.AddMinutes(10);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(7);

    private static readonly (string Name, VideoFact Fact)[] Facts =
    [
        ("hold granted", new VideoFact.HoldGranted(800_000, 1)),
        ("approval needed", new VideoFact.ApprovalNeeded(800_000, 1, "Dear.", Run.Start.AddHours(2))),
        ("submission started", new VideoFact.SubmissionStarted(Soon)),
        ("submission accepted", new VideoFact.SubmissionAccepted("upstream_2", Soon)),
        ("submission put off", new VideoFact.SubmissionPutOff(1, Soon)),
        ("older one put off", new VideoFact.SubmissionPutOff(0, Soon)),
        ("submission refused", new VideoFact.SubmissionRefused(1, "moderation_blocked", "No.")),
        ("older one refused", new VideoFact.SubmissionRefused(0, "moderation_blocked", "No.")),
        ("submission unclear", new VideoFact.SubmissionUnclear(Soon)),
        ("submission not there", new VideoFact.SubmissionNotThere(1)),
        ("older one not there", new VideoFact.SubmissionNotThere(0)),
        ("seen queued", Story.Observed(UpstreamStatus.Queued, null)),
        ("seen at 40 %", Story.Observed(UpstreamStatus.InProgress, 40)),
        ("seen at 100 %", Story.Observed(UpstreamStatus.InProgress, 100)),
        ("seen completed", Story.Observed(UpstreamStatus.Completed, 100)),
        ("seen failed", Story.Observed(UpstreamStatus.Failed, null)),
        ("seen unknown", Story.Observed(UpstreamStatus.Unknown, null)),
        ("missed", new VideoFact.Missed(Soon, 3)),
        ("missed once too often", new VideoFact.Missed(Soon, 1)),
        ("poll failed", new VideoFact.PollFailed(Soon)),
        ("notified", new VideoFact.Notified()),
        ("clip kept", new VideoFact.ClipKept(1)),
        ("clip kept, older epoch", new VideoFact.ClipKept(0)),
        ("clip gone", new VideoFact.ClipGone(1, "asset_lost", "The clip was lost.")),
        ("clip gone, older epoch", new VideoFact.ClipGone(0, "asset_lost", "The clip was lost.")),
        ("saving overdue", new VideoFact.SavingOverdue(Soon)),
        ("cancelled", new VideoFact.Cancelled()),
        ("deleted", new VideoFact.Deleted()),
        ("stopped, billed", new VideoFact.Stopped(true)),
        ("stopped, not billed", new VideoFact.Stopped(false)),
        ("deadline passed", new VideoFact.DeadlinePassed(Soon)),
    ];

    public static string Text()
    {
        var text = new StringBuilder();
        foreach (var video in Enum.GetValues<VideoStage>().SelectMany(At))
        {
            text.Append(CultureInfo.InvariantCulture, $"{Title(video)}\n");
            foreach (var (name, fact) in Facts)
            {
                var now = fact is VideoFact.DeadlinePassed ? video.DeadlineAt : Now;
                if (VideoLifecycle.Decide(video, fact, now) is { } transition)
                {
                    text.Append(CultureInfo.InvariantCulture, $"    {name,-22} {Outcome(transition, now)}\n");
                }
            }
        }

        return text.ToString();
    }

    /// <summary>A video as it is found in the stage; two where it matters whether the upstream's id is known.</summary>
    private static IEnumerable<Video> At(VideoStage stage)
    {
        var before = stage is VideoStage.Holding or VideoStage.AwaitingApproval or VideoStage.Accepted
            or VideoStage.Submitting or VideoStage.Indeterminate;
        var video = Run.NewVideo() with
        {
            Stage = stage,
            Progress = stage switch { VideoStage.Rendering => 50, VideoStage.Saving => 99, VideoStage.Ready => 100, _ => 0 },
            Attempt = stage <= VideoStage.Accepted ? 0 : 1,
            UpstreamId = before ? null : "upstream_1",
            Epoch = stage is VideoStage.Saving or VideoStage.Ready ? 1 : 0,
            NextActionAt = stage.IsTerminal() ? null : Now.AddMinutes(1),
        };
        yield return video;
        if (stage is VideoStage.Cancelling or VideoStage.Expired)
        {
            yield return video with { UpstreamId = null };
            yield return video with { DeletedAt = Run.Start };
        }

        if (stage is VideoStage.Saving)
        {
            yield return video with { DeletedAt = Run.Start };
        }
    }

    private static string Title(Video video) => video.Stage.Name()
        + (video.Stage >= VideoStage.Cancelling && video.UpstreamId is null ? ", upstream id unknown" : "")
        + (video.DeletedAt is null ? "" : ", deleted")
        + $": {video.Stage.PublicStatus()}";

    private static string Outcome(Transition transition, DateTimeOffset now)
    {
        var after = transition.After;
        var next = after.NextActionAt is { } at ? $"look in {(at - now).TotalSeconds:0} s" : "no look";
        var parts = new List<string> { $"{after.Stage.Name()} {after.Progress} %", next };
        parts.AddRange(transition.Messages.Select(message => Message(message)));
        return string.Join(", ", parts);
    }

    private static string Message(object message) => message is Contracts.VideoFailed failed
        ? $"VideoFailed({failed.Code}, upstream charge {failed.UpstreamCharge}"
            + (failed.CustomerPays is true ? ", customer pays)" : ")")
        : message.GetType().Name;
}
