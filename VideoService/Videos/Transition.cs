namespace Sora.VideoService.Videos;

/// <summary>A decided change: the row before and after, and the messages that leave with it.</summary>
public sealed record Transition(Video Before, Video After, DateTimeOffset At, IReadOnlyList<object> Messages)
{
    /// <summary>A watcher sees it; otherwise only the schedule changed.</summary>
    public bool IsVisible => After.Stage != Before.Stage || After.Progress != Before.Progress;
}
