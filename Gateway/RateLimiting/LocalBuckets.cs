using System.Collections.Concurrent;

namespace Sora.Gateway.RateLimiting;

/// <summary>
/// This gateway's share of every bucket: the limit divided by the gateways that run. It is kept while Redis decides, too,
/// so that a caller who has just used up a limit finds nothing new when Redis goes away.
/// </summary>
internal sealed class LocalBuckets(RunningGateways gateways, TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, Bucket> _buckets = new();

    /// <summary>Takes a token of every limit's share, or of none where one has none left.</summary>
    public RateVerdict Take(IReadOnlyList<RateLimit> limits)
    {
        var shares = limits.Select(Share).ToList();
        var buckets = limits.Select(Find).ToList();

        // Always the key first, then the project, then the organisation: two requests never wait for each other.
        foreach (var bucket in buckets)
        {
            Monitor.Enter(bucket);
        }

        try
        {
            var left = buckets.Select((bucket, index) => bucket.Fill(shares[index], clock.GetTimestamp(), clock)).ToList();
            var wait = left.Select((tokens, index) => tokens < 1 ? shares[index].TimeFor(1 - tokens) : TimeSpan.Zero).Max();
            if (wait == TimeSpan.Zero)
            {
                buckets.ForEach(bucket => bucket.Left--);
            }

            return TokenBuckets.Judge(limits, wait, [.. buckets.Select(bucket => (int)bucket.Left)]);
        }
        finally
        {
            foreach (var bucket in buckets)
            {
                Monitor.Exit(bucket);
            }
        }
    }

    /// <summary>Takes over its part of what Redis says is left, whoever has used the rest.</summary>
    public void Note(IReadOnlyList<RateLimit> limits, IReadOnlyList<int> left)
    {
        for (var index = 0; index < limits.Count; index++)
        {
            var (bucket, share) = (Find(limits[index]), Share(limits[index]));
            lock (bucket)
            {
                bucket.Fill(share, clock.GetTimestamp(), clock);
                bucket.Left = Math.Min(share.Capacity, (double)left[index] / gateways.Count);
            }
        }
    }

    /// <summary>How full the share is, from 0 to 1; 1 where nothing was taken yet.</summary>
    public double Fullness(RateLimit limit)
    {
        if (!_buckets.TryGetValue(limit.Key, out var bucket))
        {
            return 1;
        }

        var share = Share(limit);
        lock (bucket)
        {
            return bucket.Fill(share, clock.GetTimestamp(), clock) / share.Capacity;
        }
    }

    /// <summary>Forgets buckets that nobody has asked for long enough to be full again.</summary>
    public void ForgetFull()
    {
        foreach (var (key, bucket) in _buckets)
        {
            lock (bucket)
            {
                if (bucket.IsFull(clock.GetTimestamp(), clock))
                {
                    _buckets.TryRemove(KeyValuePair.Create(key, bucket));
                }
            }
        }
    }

    private RateLimit Share(RateLimit limit) => limit with
    {
        PerMinute = limit.PerMinute / gateways.Count,
        Capacity = Math.Max(1, limit.Capacity / gateways.Count),
    };

    private Bucket Find(RateLimit limit) => _buckets.GetOrAdd(limit.Key, static _ => new Bucket());

    /// <summary>Whoever uses it holds its lock.</summary>
    private sealed class Bucket
    {
        private RateLimit? _limit;
        private long _at;

        public double Left { get; set; }

        /// <summary>Lets in what has come since the last time, and says how much there is.</summary>
        public double Fill(RateLimit limit, long now, TimeProvider clock)
        {
            Left = _limit is null
                ? limit.Capacity
                : Math.Min(limit.Capacity, Left + (clock.GetElapsedTime(_at, now).TotalMinutes * limit.PerMinute));
            (_limit, _at) = (limit, now);
            return Left;
        }

        public bool IsFull(long now, TimeProvider clock) => _limit is not null
            && Left + (clock.GetElapsedTime(_at, now).TotalMinutes * _limit.PerMinute) >= _limit.Capacity;
    }
}
