using System.Diagnostics;
using System.Net.Http.Headers;
using Sora.Gateway.RateLimiting;
using Sora.Gateway.Tests.Harness;
using Sora.TestServers;
using Sora.TestServers.Processes;
using Xunit;

namespace Sora.Gateway.Tests;

/// <summary>
/// One limit over two gateways, with Redis and without. A key has 100 requests a minute, of which a quarter may come at
/// once: in any stretch of time at most 25 and 100 for each minute of it are let through.
/// </summary>
public sealed class SharedRateLimitTests(Edge edge)
{
    private const int PerMinute = 100;
    private const int Burst = 25;

    [Fact]
    public async Task Two_thousand_requests_over_two_gateways_pass_as_one_limit_allows()
    {
        using var folder = new ProcessFolder("redis-for-limits");
        await using var redis = new RedisServer(folder);
        await redis.StartAsync(TestContext.Current.CancellationToken);
        var run = new Run(edge, await StartAsync(redis), (await edge.CreateLimitedKeyAsync(PerMinute)).Text);

        await run.SendAsync(2000);

        Assert.InRange(run.Accepted, Burst, run.Allowed);
        Assert.Equal(2000 - run.Accepted, run.Refused);
    }

    [Fact]
    public async Task Redis_killed_in_the_middle_leaves_the_limit_neither_open_nor_closed()
    {
        using var folder = new ProcessFolder("redis-for-limits");
        await using var redis = new RedisServer(folder);
        await redis.StartAsync(TestContext.Current.CancellationToken);
        var run = new Run(edge, await StartAsync(redis), (await edge.CreateLimitedKeyAsync(PerMinute)).Text);
        await run.SendAsync(700);
        Assert.InRange(run.Accepted, Burst, run.Allowed);

        await redis.KillAsync(TestContext.Current.CancellationToken);
        var before = run.Accepted;
        await run.SendAsync(700);
        Assert.InRange(run.Accepted, before, run.Allowed);
        await Wait.UntilAsync("three more pass without Redis", async _ =>
        {
            await run.SendAsync(20);
            return run.Accepted >= before + 3;
        });
        Assert.InRange(run.Accepted, before + 3, run.Allowed);

        // It has forgotten everything, which nobody gains from.
        await redis.StartAsync(TestContext.Current.CancellationToken);
        before = run.Accepted;
        await run.SendAsync(600);
        await Wait.UntilAsync("three more pass with Redis", async _ =>
        {
            await run.SendAsync(20);
            return run.Accepted >= before + 3;
        });
        Assert.InRange(run.Accepted, before + 3, run.Allowed);
        Assert.Equal(run.Sent, run.Accepted + run.Refused);
    }

    [Fact]
    public async Task A_gateway_that_starts_without_Redis_works_on_its_share()
    {
        using var folder = new ProcessFolder("redis-for-limits");
        var settings = await edge.NewSettingsAsync(edge.Database);
        settings["ConnectionStrings:redis"] = $"127.0.0.1:{FreePort.Next()}";
        settings["RateLimits:GatewaysAtStart"] = "5";
        var run = new Run(edge, [edge.Start(settings)], (await edge.CreateLimitedKeyAsync(PerMinute)).Text);

        await run.SendAsync(200);

        Assert.InRange(run.Accepted, Burst / 5, run.AllowedTo(5));
    }

    private async Task<GatewayHost[]> StartAsync(RedisServer redis)
    {
        var settings = await edge.NewSettingsAsync(edge.Database);
        settings["ConnectionStrings:redis"] = redis.ConnectionString;
        GatewayHost[] gateways = [edge.Start(settings), edge.Start(settings)];
        await Wait.UntilAsync("they know of each other", _ => Task.FromResult(
            gateways.All(gateway => gateway.Services.GetRequiredService<RunningGateways>().Count == 2)));
        return gateways;
    }

    /// <summary>Requests of one key over several gateways, sixteen at a time, and what became of them.</summary>
    private sealed class Run(Edge edge, GatewayHost[] gateways, string key)
    {
        private readonly Stopwatch _time = Stopwatch.StartNew();
        private int _accepted;
        private int _refused;

        public int Accepted => Volatile.Read(ref _accepted);

        public int Refused => Volatile.Read(ref _refused);

        public int Sent { get; private set; }

        /// <summary>What the limit allows since the beginning; one more, as a share of half a token counts as one.</summary>
        public int Allowed => AllowedTo(1) + 1;

        public int AllowedTo(int gateways) =>
            (int)Math.Ceiling((Burst + (PerMinute * _time.Elapsed.TotalMinutes)) / gateways);

        public async Task SendAsync(int count)
        {
            Sent += count;
            await Parallel.ForEachAsync(
                Enumerable.Range(0, count),
                new ParallelOptions { MaxDegreeOfParallelism = 16 },
                async (number, token) =>
                {
                    var gateway = gateways[number % gateways.Length];
                    using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(gateway.Address, "/v1/usage"));
                    request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
                    using var answer = await edge.Http.SendAsync(request, token);
                    Assert.Contains((int)answer.StatusCode, new[] { 200, 429 });
                    Interlocked.Increment(ref answer.IsSuccessStatusCode ? ref _accepted : ref _refused);
                });
        }
    }
}
