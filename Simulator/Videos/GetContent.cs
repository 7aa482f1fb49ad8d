using Microsoft.Net.Http.Headers;
using Sora.ServiceDefaults.Errors;
using Sora.Simulator.Faults;
using Sora.Simulator.Rendering;

namespace Sora.Simulator.Videos;

/// <summary><c>GET /v1/videos/{id}/content?variant=video|thumbnail|spritesheet</c>, with Range.</summary>
internal static class GetContent
{
    public static async Task<IResult> HandleAsync(
        string id,
        string? variant,
        VideoStore store,
        ClipStore clips,
        DownloadFaults downloadFaults,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        if (!store.TryFind(id, out var video))
        {
            return GetVideo.NotFound(id);
        }

        if (ClipVariant.Find(variant ?? "video") is not { } wanted)
        {
            var message = $"Invalid value: '{variant}'. Supported values are: 'video', 'thumbnail', and 'spritesheet'.";
            return ApiError.Invalid("variant", message);
        }

        if (Absence(video, clock.GetUtcNow()) is { } absence)
        {
            return absence;
        }

        var clip = await clips.GetAsync(video.Order, cancellationToken);
        var path = clip.PathOf(wanted);
        return wanted == ClipVariant.Video && downloadFaults.Of(video, path) is { } fault
            ? fault
            : Results.File(
                path,
                wanted.ContentType,
                fileDownloadName: $"{id}{Path.GetExtension(wanted.FileName)}",
                entityTag: new EntityTagHeaderValue($"\"{clip.Key}\""),
                enableRangeProcessing: true);
    }

    private static ApiError? Absence(Video video, DateTimeOffset now)
    {
        if (!video.HasEnded)
        {
            var message = $"Video is not ready yet, use GET /v1/videos/{video.Id} to check its status.";
            return ApiError.NotFound(message, "video_not_ready", "video_id");
        }

        if (!video.HasClip)
        {
            return ApiError.NotFound("Video generation failed: there is no content.", "video_failed", "video_id");
        }

        return now >= video.ExpiresAt
            ? ApiError.NotFound("The content of this video has expired.", "video_expired", "video_id")
            : null;
    }
}
