using Sora.ServiceDefaults.Errors;

namespace Sora.Gateway.RateLimiting;

/// <summary>
/// Holds every request of <see cref="Routes.Table"/> to its limits, in number and at the same time, and tells the caller
/// in the answer's headers how much is left. More is a 429 in OpenAI's envelope that says when to come again.
/// </summary>
internal sealed class RateLimits(
    RequestDelegate next, RequestLimits limits, TokenBuckets buckets, RequestsInFlight inFlight, RateLimitMetrics metrics)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<Route>() is not { } route)
        {
            await next(context);
            return;
        }

        var bucket = RequestLimits.BucketOf(context, route);
        var slots = limits.InFlight(context);
        if (inFlight.Enter(slots) is { } full)
        {
            metrics.Refused(bucket, full.Level, inFlight: true);
            await TooManyAtOnce(full.Level, full.Limit).ExecuteAsync(context);
            return;
        }

        try
        {
            await TakeAsync(context, bucket);
        }
        finally
        {
            inFlight.Leave(slots);
        }
    }

    private async Task TakeAsync(HttpContext context, RateBucket bucket)
    {
        var verdict = await buckets.TakeAsync(limits.Of(context, bucket));
        RateHeaders.Write(context.Response.Headers, bucket, verdict);
        if (verdict.IsTaken)
        {
            await next(context);
            return;
        }

        metrics.Refused(bucket, verdict.Tightest.Level, inFlight: false);
        await TooMany(verdict).ExecuteAsync(context);
    }

    private static ApiError TooMany(RateVerdict verdict) => new(
        StatusCodes.Status429TooManyRequests, "requests", "rate_limit_exceeded", null,
        $"Rate limit reached for this {verdict.Tightest.Level}: {verdict.Tightest.PerMinute:0} requests per minute. "
        + $"Please try again in {RateHeaders.Duration(verdict.Wait)}.")
    {
        RetryAfter = verdict.Wait,
    };

    private static ApiError TooManyAtOnce(string level, int limit) => new(
        StatusCodes.Status429TooManyRequests, "requests", "rate_limit_exceeded", null,
        $"Too many requests of this {level} at the same time: at most {limit} are answered. Please try again in 1s.")
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };
}
