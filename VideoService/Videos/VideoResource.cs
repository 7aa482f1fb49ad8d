using System.Text.Json.Serialization;

namespace Sora.VideoService.Videos;

/// <summary>
/// A video as clients see it: the protocol's 13 members in its order, and one object with what is ours.
/// </summary>
public sealed record VideoResource(
    string Id,
    [property: JsonPropertyName("object")] string Kind,
    string Model,
    string Status,
    int Progress,
    long CreatedAt,
    long? CompletedAt,
    long? ExpiresAt,
    string? Prompt,
    string Size,
    string Seconds,
    string? RemixedFromVideoId,
    VideoResourceError? Error,
    VideoResourceExtension Sora)
{
    public static VideoResource From(Video video, int? queuePosition, int? expectedSecondsLeft) => new(
        video.Id,
        "video",
        video.Model,
        video.Stage.PublicStatus(),
        video.Progress,
        video.CreatedAt.ToUnixTimeSeconds(),
        video.CompletedAt?.ToUnixTimeSeconds(),
        video.ExpiresAt?.ToUnixTimeSeconds(),
        video.Prompt,
        video.Size,
        $"{video.Seconds}",
        video.RemixedFromVideoId,
        video.ErrorCode is null ? null : new VideoResourceError(video.ErrorCode, video.ErrorMessage!),
        VideoResourceExtension.From(video, queuePosition, expectedSecondsLeft));
}

/// <summary>Why it failed.</summary>
public sealed record VideoResourceError(string Code, string Message);

/// <summary>What Sora says beyond the protocol; official SDKs pass it through unread.</summary>
/// <param name="Stage">The job's stage, finer than <c>status</c>.</param>
/// <param name="StageSince">Unix seconds.</param>
/// <param name="QueuePosition">
/// How many jobs wait for the same upstream before it, some seconds ago; null when it does not wait.
/// </param>
/// <param name="ExpectedSecondsLeft">By this installation's own history, or null when it has none or the job has ended.</param>
/// <param name="Cost">What is held, charged or released, and why.</param>
/// <param name="Approval">What it waits for in the stage <c>awaiting_approval</c>; null otherwise.</param>
/// <param name="Attempt">How many times it was submitted to the upstream.</param>
/// <param name="LateResult">The upstream finished it after the deadline.</param>
/// <param name="Organization">Its organisation's id.</param>
/// <param name="Project">Its project's id.</param>
/// <param name="User">Its creator's id.</param>
public sealed record VideoResourceExtension(
    string Stage,
    long StageSince,
    int? QueuePosition,
    int? ExpectedSecondsLeft,
    VideoResourceCost Cost,
    VideoResourceApproval? Approval,
    int Attempt,
    bool LateResult,
    string Organization,
    string Project,
    string User)
{
    public static VideoResourceExtension From(Video video, int? queuePosition, int? expectedSecondsLeft) => new(
        video.Stage.Name(),
        video.StageSince.ToUnixTimeSeconds(),
        queuePosition,
        expectedSecondsLeft,
        VideoResourceCost.From(video),
        VideoResourceApproval.From(video),
        video.Attempt,
        video.LateResult,
        video.Organization,
        video.Project,
        video.User);
}

/// <summary>An approval that somebody has to give.</summary>
/// <param name="State">Always <c>pending</c>.</param>
/// <param name="Reason">Why it is needed, in a sentence.</param>
/// <param name="ExpiresAt">Unix seconds; when nobody has decided by then, the video expires and costs nothing.</param>
public sealed record VideoResourceApproval(string State, string Reason, long ExpiresAt)
{
    public static VideoResourceApproval? From(Video video) => video.Stage is VideoStage.AwaitingApproval
        ? new VideoResourceApproval("pending", video.ApprovalReason!, video.ApprovalExpiresAt!.Value.ToUnixTimeSeconds())
        : null;
}
