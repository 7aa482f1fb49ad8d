using System.Globalization;
using Sora.ServiceDefaults.Errors;
using Sora.Simulator.Faults;

namespace Sora.Simulator.Videos;

/// <summary><c>GET /v1/videos</c>: pages by <c>after</c>, <c>limit</c> and <c>order</c>.</summary>
internal static class ListVideos
{
    public static IResult Handle(string? after, string? limit, string? order, VideoStore store, TimeProvider clock)
    {
        if (!int.TryParse(limit ?? "20", NumberStyles.None, CultureInfo.InvariantCulture, out var size) || size > 100)
        {
            return ApiError.Invalid("limit", "Invalid 'limit': expected an integer from 0 to 100.");
        }

        if (order is not (null or "asc" or "desc"))
        {
            return ApiError.Invalid("order", $"Invalid value: '{order}'. Supported values are: 'asc' and 'desc'.");
        }

        Video? last = null;
        if (after is not null && !store.TryFind(after, out last))
        {
            return GetVideo.NotFound(after);
        }

        var now = clock.GetUtcNow();
        var listed = store.All.Where(video => IsListed(video, now));
        var ordered = order == "asc"
            ? listed.Where(video => video.Sequence > (last?.Sequence ?? 0)).OrderBy(video => video.Sequence)
            : listed.Where(video => video.Sequence < (last?.Sequence ?? long.MaxValue))
                .OrderByDescending(video => video.Sequence);
        Video[] page = [.. ordered.Take(size + 1)];
        return Results.Json(VideoPage.Of([.. page.Take(size)], page.Length > size, now));
    }

    private static bool IsListed(Video video, DateTimeOffset now) =>
        video.Faults.Find(FaultKind.Unlisted) is not { } hidden || now >= video.CreatedAt + hidden.Duration;

    private sealed record VideoPage(
        string Object,
        IReadOnlyList<VideoResource> Data,
        string? FirstId,
        string? LastId,
        bool HasMore)
    {
        public static VideoPage Of(IReadOnlyList<Video> videos, bool hasMore, DateTimeOffset now) => new(
            "list",
            [.. videos.Select(video => VideoResource.Of(video, now))],
            videos.Count > 0 ? videos[0].Id : null,
            videos.Count > 0 ? videos[^1].Id : null,
            hasMore);
    }
}
