using Microsoft.Extensions.Options;
using Sora.ServiceDefaults;
using StackExchange.Redis;

namespace Sora.Gateway.RateLimiting;

/// <summary>
/// How many gateways share the limits: each says in Redis every second that it runs. While Redis is away the last count
/// holds.
/// </summary>
internal sealed class RunningGateways(Redis redis, IOptions<RateLimitOptions> options)
{
    // Those that have not said so for five seconds run no more.
    private const string Announce =
        """
        local now = tonumber(redis.call('TIME')[1])
        redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - 5)
        redis.call('ZADD', KEYS[1], now, ARGV[1])
        redis.call('EXPIRE', KEYS[1], 60)
        return redis.call('ZCARD', KEYS[1])
        """;

    private static readonly RedisKey[] Key = ["gateways"];

    private readonly RedisValue _id = Guid.NewGuid().ToString("n");
    private int _count = options.Value.GatewaysAtStart;

    /// <summary>This one among them.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Says that this gateway runs, and counts.</summary>
    public async Task AnnounceAsync()
    {
        var answer = await redis.TryAsync("EVAL gateways", db => db.ScriptEvaluateAsync(Announce, Key, [_id]));
        if (answer is { IsNull: false })
        {
            Volatile.Write(ref _count, Math.Max(1, (int)answer));
        }
    }

    /// <summary>This gateway ends: the others' shares grow at once.</summary>
    public Task LeaveAsync() => redis.TryAsync("ZREM gateways", db => db.SortedSetRemoveAsync(Key[0], _id));
}

/// <summary>Keeps <see cref="RunningGateways"/> and <see cref="LocalBuckets"/> up to date.</summary>
internal sealed class GatewayHeartbeat(RunningGateways gateways, LocalBuckets local, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await gateways.AnnounceAsync();
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await gateways.LeaveAsync();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await gateways.AnnounceAsync();
            local.ForgetFull();
        }
    }
}
