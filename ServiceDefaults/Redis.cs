using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Sora.ServiceDefaults;

/// <summary>
/// Redis, for what may be lost: every call is limited in time and a call that fails answers as an empty Redis would.
/// Each is one client span, as the driver makes none.
/// </summary>
public sealed partial class Redis(IConfiguration configuration, ILogger<Redis> logger) : IDisposable
{
    internal const string SourceName = "Sora.Redis";

    private static readonly ActivitySource Source = new(SourceName);
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan RetryAfterFailure = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private Task<ConnectionMultiplexer>? _connection;
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
        catch (Exception exception) when (exception is RedisException or TimeoutException or ObjectDisposedException)
        {
            span?.SetStatus(ActivityStatusCode.Error, exception.Message);
            MarkBroken(exception);
            return default;
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
        if (Interlocked.Exchange(ref _brokenSince, 0) != 0)
        {
            Log.Recovered(logger);
        }
    }

    private void MarkBroken(Exception exception)
    {
        if (Interlocked.Exchange(ref _brokenSince, Stopwatch.GetTimestamp()) == 0)
        {
            Log.Broken(logger, exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Redis does not answer; going on without it")]
        public static partial void Broken(ILogger logger, Exception exception);

        [LoggerMessage(Level = LogLevel.Information, Message = "Redis answers again")]
        public static partial void Recovered(ILogger logger);
    }
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
        return builder;
    }
}
