namespace Sora.Gateway.RateLimiting;

/// <summary>A limit that a request counts against: a bucket of tokens that fills evenly.</summary>
/// <param name="Level"><c>key</c>, <c>project</c>, <c>organization</c> or <c>address</c>.</param>
/// <param name="Key">Names the bucket, in Redis too.</param>
/// <param name="PerMinute">Tokens that come in each minute.</param>
/// <param name="Capacity">Tokens that a full bucket holds, at least 1: what may come at once.</param>
internal sealed record RateLimit(string Level, string Key, double PerMinute, double Capacity)
{
    /// <summary>How long it takes until so many tokens have come in.</summary>
    public TimeSpan TimeFor(double tokens) => TimeSpan.FromMinutes(Math.Max(0, tokens) / PerMinute);
}

/// <summary>What became of a request at its limits.</summary>
/// <param name="IsTaken">Whether it goes on: every limit had a token.</param>
/// <param name="Wait">How long until it would; zero when it does.</param>
/// <param name="Tightest">The limit that is nearest to its end, or that refuses.</param>
/// <param name="Left">Whole tokens left there.</param>
internal sealed record RateVerdict(bool IsTaken, TimeSpan Wait, RateLimit Tightest, int Left);
