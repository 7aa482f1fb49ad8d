using Sora.VideoService.Videos;

namespace Sora.VideoService.Streams;

/// <summary>A change that a watcher can see: a row of <c>video_timeline</c>.</summary>
internal sealed record TimelineRow(
    long Position, string VideoId, string Project, string Stage, int Progress, string? Code, DateTimeOffset At)
{
    public const string Columns = "position, video_id, project, stage, progress, code, at";

    /// <summary>
    /// The video as it was after this change, from its row as it is now: what came to it only later is taken away again.
    /// </summary>
    public Video Of(Video current)
    {
        var stage = VideoStages.Parse(Stage);
        var then = current with
        {
            Stage = stage,
            StageSince = stage == current.Stage ? current.StageSince : At,
            Progress = Progress,
            ErrorCode = Code,
        };
        return stage.IsTerminal() ? then : then with { CompletedAt = null, ExpiresAt = null, LateResult = false };
    }
}
