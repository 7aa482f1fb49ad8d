using System.Diagnostics.Metrics;

namespace Sora.Gateway.RateLimiting;

/// <summary>What the limits refuse.</summary>
internal sealed class RateLimitMetrics(Meter meter)
{
    private readonly Counter<long> _refusals = meter.CreateCounter<long>(
        "sora.gateway.rate_limited", "{request}", "Requests refused by a limit, by bucket, level and kind of limit.");

    public void Refused(RateBucket bucket, string level, bool inFlight) => _refusals.Add(
        1,
        new("sora.rate.bucket", bucket.ToString()),
        new("sora.rate.level", level),
        new("sora.rate.kind", inFlight ? "in_flight" : "per_minute"));
}
