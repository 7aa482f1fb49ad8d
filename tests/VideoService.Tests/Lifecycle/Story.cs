using FsCheck;
using FsCheck.Fluent;
using Sora.Upstreams;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Tests.Lifecycle;

/// <summary>A fact and how long after the one before it comes.</summary>
internal sealed record Step(VideoFact Fact, TimeSpan After);

/// <summary>What may happen to a video, in any order, repeated and with gaps.</summary>
internal static class Story
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LateLook = TimeSpan.FromMinutes(1);

    private static readonly VideoFact[] Ordinary =
    [
        new VideoFact.HoldGranted(800_000, 1),
        new VideoFact.SubmissionStarted(Soon),
        new VideoFact.SubmissionAccepted("upstream_1", Soon),
        Observed(UpstreamStatus.InProgress, 40),
        Observed(UpstreamStatus.Completed, 100),
        new VideoFact.ClipKept(1),
    ];

    private static readonly VideoFact[] Other =
    [
        new VideoFact.ApprovalNeeded(800_000, 1, "Dear.", Run.Start.AddHours(2)),
        new VideoFact.SubmissionAccepted("upstream_2", Soon),
        new VideoFact.SubmissionPutOff(1, Soon),
        new VideoFact.SubmissionPutOff(2, Soon),
        new VideoFact.SubmissionRefused(1, "moderation_blocked", "No."),
        new VideoFact.SubmissionUnclear(Soon),
        new VideoFact.SubmissionNotThere(1),
        Observed(UpstreamStatus.Queued, null),
        Observed(UpstreamStatus.InProgress, null),
        Observed(UpstreamStatus.InProgress, 5),
        Observed(UpstreamStatus.InProgress, 100),
        Observed(UpstreamStatus.Unknown, 900),
        Observed(UpstreamStatus.Failed, 10),
        new VideoFact.Missed(Soon, 3),
        new VideoFact.PollFailed(Soon),
        new VideoFact.Notified(),
        new VideoFact.ClipKept(0),
        new VideoFact.ClipGone(1, "asset_lost", "The clip was lost."),
        new VideoFact.SavingOverdue(Soon),
        new VideoFact.Cancelled(),
        new VideoFact.Deleted(),
        new VideoFact.Stopped(true),
        new VideoFact.Stopped(false),
        new VideoFact.DeadlinePassed(LateLook),
    ];

    /// <summary>Stories that shrink by leaving steps out.</summary>
    public static Arbitrary<Step[]> Any { get; } = Arb.From(Stories(), Shorter);

    /// <summary>The last word of every story whose end matters: its time is over.</summary>
    public static Step End { get; } = new(new VideoFact.DeadlinePassed(LateLook), TimeSpan.FromDays(1));

    public static VideoFact.Observed Observed(UpstreamStatus status, int? progress)
    {
        var failed = status is UpstreamStatus.Failed;
        return new(
            new UpstreamVideo(
                "upstream_1", status, progress, failed ? "nsfw" : null, failed ? "Refused." : null, null, null, null, null, null),
            Soon);
    }

    /// <summary>
    /// The ordinary course, with steps lost, repeated and swapped, and others thrown in; or anything at all.
    /// </summary>
    private static Gen<Step[]> Stories()
    {
        var anything = Gen.Elements(Ordinary.Concat(Other).ToArray());
        var ordinary =
            from copies in Gen.Frequency((1, Gen.Constant(0)), (6, Gen.Constant(1)), (2, Gen.Constant(2)))
                .ArrayOf(Ordinary.Length)
            from noise in anything.ArrayOf(6)
            from places in Gen.Choose(0, 12).ArrayOf(6)
            from noisy in Gen.Choose(0, 6)
            select Mix(copies, noise, places, noisy);
        var facts = Gen.Frequency((5, ordinary), (1, anything.ArrayOf(40)));
        return
            from story in facts
            from pauses in Gen.Frequency((40, Gen.Choose(0, 60)), (1, Gen.Choose(60, 9_000))).ArrayOf(story.Length)
            select story.Zip(pauses, (fact, pause) => new Step(fact, TimeSpan.FromSeconds(pause))).ToArray();
    }

    private static VideoFact[] Mix(int[] copies, VideoFact[] noise, int[] places, int noisy)
    {
        var story = Ordinary.Zip(copies, Enumerable.Repeat).SelectMany(facts => facts).ToList();
        for (var i = 0; i < noisy; i++)
        {
            story.Insert(Math.Min(places[i], story.Count), noise[i]);
        }

        return [.. story];
    }

    private static IEnumerable<Step[]> Shorter(Step[] story) =>
        story.Select((_, left) => story.Where((_, i) => i != left).ToArray());
}
