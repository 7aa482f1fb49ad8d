using System.Diagnostics;
using Sora.TestServers;
using Sora.TestServers.Processes;

namespace Sora.ServiceDefaults.Tests;

public sealed class RedisTests : IAsyncLifetime
{
    private readonly ProcessFolder _folder = new("test");
    private readonly RedisServer _server;
    private TestService _service = null!;

    public RedisTests() => _server = new RedisServer(_folder);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private Redis Redis => _service.Services.GetRequiredService<Redis>();

    public async ValueTask InitializeAsync()
    {
        await _server.StartAsync(Cancelled);
        _service = await TestService.With(("ConnectionStrings:redis", _server.ConnectionString))
            .Add(builder => builder.AddRedis())
            .StartAsync();
        await Wait.UntilAsync("Redis is reached", async _ => await WriteAsync("value"));
    }

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task What_is_written_is_read_back()
    {
        await WriteAsync("value");

        Assert.Equal("value", await ReadAsync());
    }

    [Fact]
    public async Task A_Redis_that_is_down_answers_as_an_empty_one_at_once_and_is_used_again_when_it_is_back()
    {
        await WriteAsync("value");
        await _server.KillAsync(Cancelled);

        var start = Stopwatch.GetTimestamp();
        for (var call = 0; call < 100; call++)
        {
            Assert.Null(await ReadAsync());
        }

        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.Null(Assert.Single(_service.Logs.Alarming).Exception);

        await _server.StartAsync(Cancelled);
        await Wait.UntilAsync("Redis is used again", async _ => await WriteAsync("again"));
        Assert.Equal("again", await ReadAsync());
    }

    [Fact]
    public async Task A_Redis_that_hangs_costs_a_quarter_of_a_second()
    {
        await WriteAsync("value");
        _server.Pause();

        var start = Stopwatch.GetTimestamp();
        Assert.Null(await ReadAsync());

        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(1));
        _server.Resume();
        await Wait.UntilAsync("Redis is used again", async _ => await ReadAsync() == "value");
    }

    [Fact]
    public async Task A_short_pause_is_no_outage_also_when_many_wait_for_it()
    {
        await WriteAsync("value");
        _server.Pause();
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => ReadAsync())), Assert.Null);

        _server.Resume();

        Assert.Equal("value", await ReadAsync());
        Assert.Empty(_service.Logs.Alarming);
    }

    [Fact]
    public async Task A_Redis_that_hangs_on_is_left_alone_for_a_while_and_reported_once()
    {
        await WriteAsync("value");
        _server.Pause();
        await Wait.UntilAsync("it is left alone", async _ =>
        {
            var start = Stopwatch.GetTimestamp();
            await ReadAsync();
            return Stopwatch.GetElapsedTime(start) < TimeSpan.FromMilliseconds(50);
        });

        Assert.Null(Assert.Single(_service.Logs.Alarming).Exception);
        _server.Resume();
        await Wait.UntilAsync("Redis is used again", async _ => await ReadAsync() == "value");
    }

    [Fact]
    public async Task A_service_starts_without_Redis_and_finds_it_later()
    {
        await _server.StopAsync(Cancelled);
        await using var service = await TestService.With(("ConnectionStrings:redis", _server.ConnectionString))
            .Add(builder => builder.AddRedis())
            .StartAsync();
        var redis = service.Services.GetRequiredService<Redis>();
        Assert.False(await redis.TryAsync("SET", database => database.StringSetAsync("key", "value")));

        await _server.StartAsync(Cancelled);

        await Wait.UntilAsync("Redis is found", async _ =>
            await redis.TryAsync("SET", database => database.StringSetAsync("key", "value")));
    }

    [Fact]
    public async Task A_call_within_a_trace_is_a_client_span()
    {
        using var trace = new Activity("request") { ActivityTraceFlags = ActivityTraceFlags.Recorded }.Start();
        await WriteAsync("value");

        var span = Assert.Single(_service.Spans.Spans, span => span.TraceId == trace.TraceId);
        Assert.Equal(("SET", ActivityKind.Client), (span.DisplayName, span.Kind));
        Assert.Equal("redis", span.GetTagItem("db.system.name"));
    }

    private Task<bool> WriteAsync(string value) =>
        Redis.TryAsync("SET", database => database.StringSetAsync("key", value));

    private async Task<string?> ReadAsync() => await Redis.TryAsync("GET", database => database.StringGetAsync("key"));
}
