using System.Globalization;
using Sora.ServiceDefaults;
using StackExchange.Redis;

namespace Sora.Gateway.RateLimiting;

/// <summary>
/// The buckets that all gateways share, in Redis: one script for each request looks at all of its limits and takes from
/// all or from none, by Redis's clock. A bucket that Redis does not know (new, or forgotten in a restart) begins as full as
/// the asking gateway has its own share. When Redis is away, the gateway goes on with that share.
/// </summary>
internal sealed class TokenBuckets(Redis redis, LocalBuckets local)
{
    private const string Take =
        """
        local time = redis.call('TIME')
        local now = time[1] * 1000 + math.floor(time[2] / 1000)
        local left, wait = {}, 0
        for i, key in ipairs(KEYS) do
            local rate, capacity = ARGV[3 * i - 2] / 60000, tonumber(ARGV[3 * i - 1])
            local bucket = redis.call('HMGET', key, 'left', 'at')
            left[i] = tonumber(bucket[1] or ARGV[3 * i])
            left[i] = math.min(capacity, left[i] + math.max(0, now - (tonumber(bucket[2]) or now)) * rate)
            if left[i] < 1 then
                wait = math.max(wait, math.ceil((1 - left[i]) / rate))
            end
        end
        local answer = { wait }
        for i, key in ipairs(KEYS) do
            if wait == 0 then
                left[i] = left[i] - 1
            end
            redis.call('HSET', key, 'left', string.format('%.6f', left[i]), 'at', now)
            redis.call('PEXPIRE', key, math.ceil(ARGV[3 * i - 1] / ARGV[3 * i - 2] * 60000) + 1000)
            answer[i + 1] = math.floor(left[i])
        end
        return answer
        """;

    /// <summary>Takes a token of every limit, or of none where one has none left.</summary>
    public async Task<RateVerdict> TakeAsync(IReadOnlyList<RateLimit> limits)
    {
        var answer = await redis.TryAsync("EVAL rate limits", db => db.ScriptEvaluateAsync(
            Take, [.. limits.Select(limit => (RedisKey)limit.Key)], [.. limits.SelectMany(Arguments)]));
        if (answer is null || answer.IsNull)
        {
            return local.Take(limits);
        }

        var numbers = (int[])answer;
        var left = numbers[1..];
        local.Note(limits, left);
        return Judge(limits, TimeSpan.FromMilliseconds(numbers[0]), left);
    }

    /// <summary>The verdict that says most to the caller: by the limit with the fewest tokens left.</summary>
    internal static RateVerdict Judge(IReadOnlyList<RateLimit> limits, TimeSpan wait, IReadOnlyList<int> left)
    {
        var tightest = Enumerable.Range(0, limits.Count).MinBy(index => left[index]);
        return new RateVerdict(wait == TimeSpan.Zero, wait, limits[tightest], Math.Max(0, left[tightest]));
    }

    private RedisValue[] Arguments(RateLimit limit) =>
    [
        Number(limit.PerMinute), Number(limit.Capacity), Number(limit.Capacity * local.Fullness(limit)),
    ];

    private static string Number(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}
