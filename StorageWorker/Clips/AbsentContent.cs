using System.Net;
using System.Text.RegularExpressions;
using Sora.ServiceDefaults;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;

namespace Sora.StorageWorker.Clips;

/// <summary>
/// Says why there is no file to serve. Only VideoService knows the job, so it is asked on behalf of the
/// caller; all reasons are 404, as SDKs would retry anything else.
/// </summary>
internal sealed partial class AbsentContent(ServiceClients services)
{
    /// <summary>There is no such video, or it is somebody else's.</summary>
    public static ApiError NotFound(string id) => ApiError.NotFound($"Video with id '{id}' not found.", "video_not_found");

    /// <summary>The video is there, a picture of it is not.</summary>
    public static ApiError PictureNotReady(ClipVariant variant) =>
        ApiError.NotFound($"Video is not ready yet, its {variant.Name} is still missing.", "video_not_ready");

    /// <summary>The video's time is over; what is left of it is its description.</summary>
    public static ApiError Expired(string id) =>
        ApiError.NotFound($"The content of video '{id}' is no longer available.", "video_expired");

    /// <summary>The bytes are not what they were: an operator has been told, and asking again does not help.</summary>
    public static ApiError Damaged() =>
        new(StatusCodes.Status500InternalServerError, "server_error", "asset_damaged", null,
            "The stored file was found damaged and is not served. It is being restored where that is possible.")
        {
            ShouldRetry = false,
        };

    /// <summary>Asks VideoService what the video's state is, where a file of it is wanted.</summary>
    public async Task<ApiError> ExplainAsync(
        string id, ClipVariant variant, Caller caller, CancellationToken cancellationToken)
    {
        var reason = await ExplainAsync(id, caller, cancellationToken);
        return reason.Code == "video_expired" && variant != ClipVariant.Video ? PictureNotReady(variant) : reason;
    }

    /// <summary>Asks VideoService what the video's state is.</summary>
    public async Task<ApiError> ExplainAsync(string id, Caller caller, CancellationToken cancellationToken)
    {
        if (!PlainId().IsMatch(id))
        {
            return NotFound(id);
        }

        try
        {
            using var answer = await services.SendAsync(
                "video-service",
                () => new HttpRequestMessage(HttpMethod.Get, $"v1/videos/{id}"),
                caller,
                cancellationToken);
            return answer.StatusCode switch
            {
                HttpStatusCode.NotFound => NotFound(id),
                HttpStatusCode.OK => Explain(id, await answer.Content.ReadFromJsonAsync<Video>(cancellationToken)),
                _ => Unavailable(),
            };
        }
        catch (HttpRequestException)
        {
            return Unavailable();
        }
    }

    private static ApiError Explain(string id, Video? video) => video switch
    {
        { Status: "queued" or "in_progress" } => ApiError.NotFound(
            $"Video is not ready yet, use GET /v1/videos/{id} to check its status.", "video_not_ready"),
        { Status: "failed", Error: { } error } => ApiError.NotFound($"Video failed: {error.Message}", error.Code),
        { Status: "failed" } => ApiError.NotFound("Video failed.", "video_failed"),
        // Completed, and its bytes are gone from here: their time was over.
        _ => Expired(id),
    };

    private static ApiError Unavailable() =>
        ApiError.Unavailable("The service is temporarily unavailable. Please try again.");

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,128}\z", RegexOptions.CultureInvariant)]
    private static partial Regex PlainId();

    private sealed record Video(string Status, VideoError? Error);

    private sealed record VideoError(string Code, string Message);
}
