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
            || dialect.IdFields.Select(field => json.Text(field, LongestId)).FirstOrDefault(id => id is not null) is not { } id
            || !dialect.IdForm.IsMatch(id))
        {
            return null;
        }

        var status = Status(json, dialect);
        var error = status == UpstreamStatus.Failed ? UpstreamError.Read(json) : null;
        return new UpstreamVideo(
            id,
            status,
            Progress(json, dialect.WholeProgress),
            error?.Code,
            error?.Message,
            Time(json, "created_at"),
            json.Text("model", LongestWord),
            json.Text("prompt", LongestPrompt),
            json.Text("size", LongestWord),
            Seconds(json),
            Time(json, "expires_at"));
    }

    private static UpstreamStatus Status(JsonElement json, Dialect dialect) =>
        json.Text("status", LongestWord) is { } word
        && dialect.StatusWords.TryGetValue(word, out var status)
            ? status
            : UpstreamStatus.Unknown;

    // Seen in the wild: 45, 45.0, "45" and "45%".
    private static int? Progress(JsonElement json, double whole) =>
        json.Text("progress", LongestWord) is { } text
        && double.TryParse(
            text.AsSpan().TrimEnd('%'), NumberStyles.Float, CultureInfo.InvariantCulture, out var percent)
        && !double.IsNaN(percent)
            ? (int)Math.Clamp(text.EndsWith('%') ? percent : percent * 100 / whole, 0, 100)
            : null;

    // TensorRT-LLM's `duration` is 8.0 where 8 was asked for.
    private static string? Seconds(JsonElement json) =>
        (json.Text("seconds", LongestWord) ?? json.Text("duration", LongestWord)) is { } text
            ? text.EndsWith(".0", StringComparison.Ordinal) ? text[..^2] : text
            : null;

    private static DateTimeOffset? Time(JsonElement json, string name) =>
        json.Text(name, LongestWord) is { } text
        && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
        && seconds >= 0
        && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds((long)seconds)
            : null;
}
