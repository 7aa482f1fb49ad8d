using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Sora.ServiceDefaults;

/// <summary>
/// Redis, for what may be lost: every call is limited in time and a call that fails answers as an empty Redis would.
/// A call that merely takes too long is counted; when the connection is lost, or nothing but such calls happens for a
/// while, Redis is left alone for a second. Each call is one client span, as the driver makes none.
/// </summary>
public sealed partial class Redis(IConfiguration configuration, Meter meter, ILogger<Redis> logger) : IDisposable
{
    internal const string SourceName = "Sora.Redis";

    private static readonly ActivitySource Source = new(SourceName);
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan RetryAfterFailure = TimeSpan.FromSeconds(1);

    // Three calls in a row, or any number at once: a short pause of Redis or of this process is no outage.
    private static readonly TimeSpan Patience = Limit * 2;

    private readonly Counter<long> _timeouts = meter.CreateCounter<long>(
        "sora.redis.timeouts", "{call}", "Calls to Redis that were not answered within their limit.");

    private readonly Lock _gate = new();
    private Task<ConnectionMultiplexer>? _connection;
    private long _slowSince;
    private long _brokenSince;

    /// <summary>The result of the call, or <c>default</c> when Redis cannot answer in time.</summary>
    public async Task<T?> TryAsync<T>(string operation, Func<IDatabase, Task<T>> call)
    {
        if (IsResting())
        {
            return default;
        }

        using var span = Activity.Current is null ? null : Source.StartActivity(operation, ActivityKind.Client);
        span?.SetTag("db.system.name", "redis").SetTag("db.operation.name", operation);
        try
        {
            var connection = await Connection().WaitAsync(Limit);
            var result = await call(connection.GetDatabase()).WaitAsync(Limit);
            MarkHealthy();
            return result;
        }
        catch (TimeoutException exception)
        {
            span?.SetStatus(ActivityStatusCode.Error, exception.Message);
            MarkSlow(operation);
            return default;
        }
        catch (Exception exception) when (exception is RedisException or ObjectDisposedException)
        {
            span?.SetStatus(ActivityStatusCode.Error, exception.Message);
            MarkBroken(exception.Message);
            return default;
        }
    }

    /// <summary>
    /// Hears a channel from the moment at which Redis first answers, and again after each loss of the connection; what is
    /// published meanwhile is not heard.
    /// </summary>
    public async Task SubscribeAsync(string channel, Action heard, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var connection = await Connection().WaitAsync(Limit, cancellationToken);
                await connection.GetSubscriber().SubscribeAsync(channel, (_, _) => heard()).WaitAsync(Limit, cancellationToken);
                return;
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException or ObjectDisposedException
                or OperationCanceledException)
            {
                await Task.Delay(RetryAfterFailure, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    public void Dispose()
    {
        if (_connection is { IsCompletedSuccessfully: true } connection)
        {
            connection.Result.Dispose();
        }
    }

    private Task<ConnectionMultiplexer> Connection()
    {
        lock (_gate)
        {
            return _connection is null or { IsFaulted: true } ? _connection = ConnectAsync() : _connection;
        }
    }

    private Task<ConnectionMultiplexer> ConnectAsync()
    {
        var options = ConfigurationOptions.Parse(
            configuration.GetConnectionString("redis")
            ?? throw new InvalidOperationException("ConnectionStrings:redis is not configured."));
        options.AbortOnConnectFail = false;
        options.ConnectTimeout = 1000;
        return ConnectionMultiplexer.ConnectAsync(options);
    }

    private bool IsResting()
    {
        var since = Volatile.Read(ref _brokenSince);
        return since != 0 && Stopwatch.GetElapsedTime(since) < RetryAfterFailure;
    }

    private void MarkHealthy()
    {
        Volatile.Write(ref _slowSince, 0);
        if (Interlocked.Exchange(ref _brokenSince, 0) != 0)
        {
            Log.Recovered(logger);
        }
    }

    private void MarkSlow(string operation)
    {
        _timeouts.Add(1);
        Log.Slow(logger, operation, Limit.TotalMilliseconds);
        var since = Interlocked.CompareExchange(ref _slowSince, Stopwatch.GetTimestamp(), 0);
        if (since != 0 && Stopwatch.GetElapsedTime(since) >= Patience)
        {
            MarkBroken("no call was answered in time");
        }
    }

    private void MarkBroken(string reason)
    {
        if (Interlocked.Exchange(ref _brokenSince, Stopwatch.GetTimestamp()) == 0)
        {
            Log.Broken(logger, reason);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Debug, Message = "{Operation} was not answered within {LimitMs} ms")]
        public static partial void Slow(ILogger logger, string operation, double limitMs);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Redis does not answer; going on without it: {Reason}")]
        public static partial void Broken(ILogger logger, string reason);

        [LoggerMessage(Level = LogLevel.Information, Message = "Redis answers again")]
        public static partial void Recovered(ILogger logger);
    }
}

/// <summary>Healthy when Redis answers, degraded when the service goes on without it.</summary>
internal sealed class RedisHealthCheck(Redis redis) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default) =>
        await redis.TryAsync("PING", async db => (TimeSpan?)await db.PingAsync()) is not null
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Degraded("Redis does not answer.");
}

/// <summary>Registers <see cref="Redis"/>.</summary>
public static class RedisRegistration
{
    /// <summary>
    /// Adds Redis at <c>ConnectionStrings:redis</c>; the service works, more slowly, when it is away.
    /// </summary>
    public static WebApplicationBuilder AddRedis(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<Redis>();
        builder.Services.AddHealthChecks().AddCheck<RedisHealthCheck>("redis");
        return builder;
    }
}
