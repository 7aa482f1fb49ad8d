using Sora.VideoService.Videos;

namespace Sora.VideoService.Tests.Lifecycle;

/// <summary>What decides: the lifecycle, or a broken one.</summary>
internal delegate Transition? Machine(Video video, VideoFact fact, DateTimeOffset now);

/// <summary>One decision: what was, what happened, and what came of it.</summary>
internal sealed record Decision(Video Before, VideoFact Fact, Video After, Transition? Transition);

/// <summary>A story told to a machine from a new video on.</summary>
internal sealed record Run(IReadOnlyList<Decision> Decisions)
{
    public static readonly DateTimeOffset Start = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    public IEnumerable<Video> Videos => Decisions.Select(decision => decision.After);

    public Video Last => Decisions.Count == 0 ? NewVideo() : Decisions[^1].After;

    public IEnumerable<object> Messages =>
        Decisions.SelectMany(decision => decision.Transition?.Messages ?? []);

    public static Run Of(Machine machine, IEnumerable<Step> story)
    {
        var (video, now) = (NewVideo(), Start);
        var decisions = new List<Decision>();
        foreach (var step in story)
        {
            now += step.After;
            var transition = machine(video, step.Fact, now);
            var after = transition?.After ?? video;
            decisions.Add(new Decision(video, step.Fact, after, transition));
            video = after;
        }

        return new Run(decisions);
    }

    public static Video NewVideo() => new()
    {
        Id = "video_1",
        Organization = "org_1",
        Project = "proj_1",
        User = "user_1",
        RetentionDays = 30,
        Kind = "create",
        Model = "sora-2",
        Prompt = "a red kite",
        Size = "1280x720",
        Seconds = 8,
        Upstream = "plain",
        UpstreamModel = "sora-2",
        Credential = "default",
        StageSince = Start,
        CreatedAt = Start,
        DeadlineAt = Start.AddHours(2),
    };
}
