namespace Sora.VideoService.Videos;

/// <summary>
/// Where a video is in its life; <c>docs/job-lifecycle.md</c> draws it. The names are those of the API and the
/// database.
/// </summary>
public enum VideoStage
{
    /// <summary>Saved, and the money is being asked for; not visible yet.</summary>
    Holding,

    /// <summary>The money is held and somebody has to approve.</summary>
    AwaitingApproval,

    /// <summary>Waits for its submission.</summary>
    Accepted,

    /// <summary>The submission is on its way; saved before the first byte leaves.</summary>
    Submitting,

    /// <summary>Nobody knows whether the upstream accepted the submission.</summary>
    Indeterminate,

    /// <summary>The upstream has it.</summary>
    Submitted,

    /// <summary>The upstream renders it.</summary>
    Rendering,

    /// <summary>Rendered; the bytes are being copied to our store.</summary>
    Saving,

    /// <summary>Somebody wants it stopped; the upstream is being told.</summary>
    Cancelling,

    /// <summary>The end: the clip can be downloaded.</summary>
    Ready,

    /// <summary>The end: it failed.</summary>
    Failed,

    /// <summary>The end: not approved.</summary>
    Rejected,

    /// <summary>The end: stopped by its owner.</summary>
    Cancelled,

    /// <summary>The end: its deadline passed.</summary>
    Expired,
}

/// <summary>The stages' names and what clients of the OpenAI protocol see of them.</summary>
public static class VideoStages
{
    private static readonly Dictionary<string, VideoStage> ByName =
        Enum.GetValues<VideoStage>().ToDictionary(Name);

    public static string Name(this VideoStage stage) =>
        stage is VideoStage.AwaitingApproval ? "awaiting_approval" : Enum.GetName(stage)!.ToLowerInvariant();

    public static VideoStage Parse(string name) => ByName[name];

    public static bool IsTerminal(this VideoStage stage) => stage
        is VideoStage.Ready or VideoStage.Failed or VideoStage.Rejected or VideoStage.Cancelled or VideoStage.Expired;

    /// <summary>One of the protocol's four words; any other would end an SDK's polling.</summary>
    public static string PublicStatus(this VideoStage stage) => stage switch
    {
        VideoStage.Rendering or VideoStage.Saving or VideoStage.Cancelling => "in_progress",
        VideoStage.Ready => "completed",
        VideoStage.Failed or VideoStage.Rejected or VideoStage.Cancelled or VideoStage.Expired => "failed",
        _ => "queued",
    };
}
