using System.Globalization;

namespace Sora.Gateway.RateLimiting;

/// <summary>
/// What is left, in the headers that OpenAI's clients know and in the standard ones (draft-ietf-httpapi-ratelimit-headers).
/// </summary>
internal static class RateHeaders
{
    /// <summary>Describes the limit that is nearest to its end.</summary>
    public static void Write(IHeaderDictionary headers, RateBucket bucket, RateVerdict verdict)
    {
        var limit = verdict.Tightest;
        var (perMinute, left) = (Number(limit.PerMinute), Number(verdict.Left));
        var reset = limit.TimeFor(limit.Capacity - verdict.Left);
        var policy = $"\"{bucket.ToString().ToLowerInvariant()}-{limit.Level}\"";
        headers["x-ratelimit-limit-requests"] = perMinute;
        headers["x-ratelimit-remaining-requests"] = left;
        headers["x-ratelimit-reset-requests"] = Duration(reset);
        headers["RateLimit-Policy"] = $"{policy};q={perMinute};w=60";
        headers["RateLimit"] = $"{policy};r={left};t={Number(Math.Ceiling(reset.TotalSeconds))}";
    }

    /// <summary>As Go writes durations, which OpenAI's API does: <c>120ms</c>, <c>1.5s</c>, <c>6m0s</c>.</summary>
    public static string Duration(TimeSpan time)
    {
        var milliseconds = (long)Math.Ceiling(time.TotalMilliseconds);
        if (milliseconds is > 0 and < 1000)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{milliseconds}ms");
        }

        var (minutes, rest) = Math.DivRem(milliseconds, 60_000);
        var seconds = (rest / 1000m).ToString("0.###", CultureInfo.InvariantCulture);
        return minutes == 0 ? $"{seconds}s" : string.Create(CultureInfo.InvariantCulture, $"{minutes}m{seconds}s");
    }

    private static string Number(double value) => value.ToString("0", CultureInfo.InvariantCulture);
}
