using System.Globalization;
using System.Text.Json;

namespace Sora.Upstreams.OpenAIVideos;

/// <summary>
/// Reads a video from an upstream's JSON, taking every known spelling and dropping what is not usable.
/// </summary>
internal static class VideoReader
{
    // Room for any honest value; a longer one is of no use. The dialect decides about the form of ids.
    private const int LongestId = 1000;
    private const int LongestWord = 200;
    private const int LongestPrompt = 100_000;

    /// <summary>The video, or null when it lacks an id of the dialect's form.</summary>
    public static UpstreamVideo? Read(JsonElement json, Dialect dialect)
    {
        if (json.ValueKind != JsonValueKind.Object
            || json.Text("id", LongestId) is not { } id
            || !dialect.IdForm.IsMatch(id))
        {
            return null;
        }

        var status = Status(json, dialect);
        var error = status == UpstreamStatus.Failed ? UpstreamError.Read(json) : null;
        return new UpstreamVideo(
            id,
            status,
            Progress(json),
            error?.Code,
            error?.Message,
            Time(json, "created_at"),
            json.Text("model", LongestWord),
            json.Text("prompt", LongestPrompt),
            json.Text("size", LongestWord),
            json.Text("seconds", LongestWord),
            Time(json, "expires_at"));
    }

    private static UpstreamStatus Status(JsonElement json, Dialect dialect) =>
        json.Text("status", LongestWord) is { } word
        && dialect.StatusWords.TryGetValue(word, out var status)
            ? status
            : UpstreamStatus.Unknown;

    // Seen in the wild: 45, 45.0, "45" and "45%".
    private static int? Progress(JsonElement json) =>
        json.Text("progress", LongestWord) is { } text
        && double.TryParse(
            text.AsSpan().TrimEnd('%'), NumberStyles.Float, CultureInfo.InvariantCulture, out var percent)
        && !double.IsNaN(percent)
            ? (int)Math.Clamp(percent, 0, 100)
            : null;

    private static DateTimeOffset? Time(JsonElement json, string name) =>
        json.Text(name, LongestWord) is { } text
        && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
        && seconds >= 0
        && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds((long)seconds)
            : null;
}
