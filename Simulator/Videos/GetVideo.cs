using System.Globalization;
using Sora.ServiceDefaults.Errors;

namespace Sora.Simulator.Videos;

/// <summary><c>GET /v1/videos/{id}</c>.</summary>
internal static class GetVideo
{
    /// <summary>Clients stay with the first value that they see: short for short videos.</summary>
    private static readonly (TimeSpan Shortest, TimeSpan Longest) PollAfter =
        (TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(10));

    public static IResult Handle(string id, HttpContext context, VideoStore store, TimeProvider clock)
    {
        if (!store.TryFind(id, out var video))
        {
            return NotFound(id);
        }

        if (!video.HasEnded)
        {
            var pollAfter = Math.Clamp(
                video.RenderTime.TotalMilliseconds / 4,
                PollAfter.Shortest.TotalMilliseconds,
                PollAfter.Longest.TotalMilliseconds);
            context.Response.Headers["openai-poll-after-ms"] = pollAfter.ToString("F0", CultureInfo.InvariantCulture);
        }

        return Results.Json(VideoResource.Of(video, clock.GetUtcNow()));
    }

    public static ApiError NotFound(string id) =>
        ApiError.NotFound($"Video with id '{id}' not found.", "video_not_found", "video_id");
}
