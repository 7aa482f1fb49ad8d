namespace Sora.VideoService.Videos;

/// <summary>Why a video ended without a clip, as its owner reads it in <c>error</c>.</summary>
/// <param name="Code">Machine-readable, stable.</param>
/// <param name="Message">One sentence for a person, without anything of the upstream's inside.</param>
public sealed record VideoFailure(string Code, string Message)
{
    public static readonly VideoFailure Expired = new(
        "expired", "The video was not finished before its deadline. You were not charged.");

    public static readonly VideoFailure Cancelled = new("cancelled", "The video was cancelled. You were not charged.");

    public static readonly VideoFailure CancelledButBilled = new(
        "cancelled", "The video was cancelled after its render had begun, which is billed: you were charged.");

    public static readonly VideoFailure UpstreamLost = new(
        "upstream_lost", "The video was lost while rendering. You were not charged.");

    /// <summary>The create was not answered, so the job must not go on; nobody knows its id.</summary>
    public static readonly VideoFailure NotAccepted = new("not_accepted", "The request was not completed.");

    private static readonly VideoFailure Rendering = new(
        "rendering_failed", "The video could not be rendered. You were not charged.");

    /// <summary>The upstream's own reason, where it gives one.</summary>
    public static VideoFailure FromUpstream(string? code, string? message) =>
        new(code ?? Rendering.Code, message ?? Rendering.Message);
}
