using System.Globalization;

namespace Sora.Simulator.Videos;

/// <summary>A video as the protocol shows it: thirteen fields, nulls included.</summary>
internal sealed record VideoResource(
    string Id,
    string Object,
    string Model,
    string Status,
    int Progress,
    long CreatedAt,
    long? CompletedAt,
    long? ExpiresAt,
    string Prompt,
    string Size,
    string Seconds,
    string? RemixedFromVideoId,
    VideoError? Error)
{
    public static VideoResource Of(Video video, DateTimeOffset now) => new(
        video.Id,
        "video",
        video.Order.Model,
        video.Status(now),
        video.Progress(now),
        video.CreatedAt.ToUnixTimeSeconds(),
        video.HasClip ? video.CompletedAt?.ToUnixTimeSeconds() : null,
        video.ExpiresAt?.ToUnixTimeSeconds(),
        video.Order.Prompt,
        video.Order.Size,
        video.Order.Seconds.ToString(CultureInfo.InvariantCulture),
        video.Order.RemixedFromVideoId,
        video.Error);
}
