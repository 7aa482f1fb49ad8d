using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;
using Sora.StorageWorker.Objects;

namespace Sora.StorageWorker.References;

/// <summary>
/// <c>GET /internal/references/{video_id}</c>: the bytes of a kept image, for its submission.
/// </summary>
internal static class GetReference
{
    /// <summary>Answers 200 with the bytes, or 404.</summary>
    public static async Task<IResult> HandleAsync(
        string videoId, Caller caller, ServiceDatabase database, IObjectStore store, HttpContext context)
    {
        var rows = await database.ReadAsync<KeptFile>(
            caller,
            "select object_key, content_type, length from reference_images where video_id = @videoId",
            new { videoId },
            context.RequestAborted);
        return rows.SingleOrDefault() is { } file && await file.SendAsync(store, context)
            ? Results.Empty
            : NotFound(videoId);
    }

    private static ApiError NotFound(string videoId) =>
        ApiError.NotFound($"There is no reference image of '{videoId}'.", "reference_not_found");
}
