using Microsoft.Extensions.DependencyInjection;
using Polly;
using Polly.Registry;
using Polly.Retry;

namespace Sora.ServiceDefaults;

/// <summary>
/// The retry and time-limit policies of the platform, by name. Ask the registry for one; do not build another.
/// </summary>
public static class ResiliencePolicies
{
    /// <summary>A call to another service: repeated twice when the connection could not be made, 10 s in all.</summary>
    public const string ServiceCall = "service-call";

    /// <summary>
    /// Waiting for a server at start-up: repeated for as long as it takes, every two seconds at most.
    /// </summary>
    public const string ServerStart = "server-start";

    internal static void AddResiliencePolicies(this IServiceCollection services) =>
        services.AddSingleton(provider =>
        {
            var clock = provider.GetRequiredService<TimeProvider>();
            var registry = new ResiliencePipelineRegistry<string>();
            registry.TryAddBuilder(ServiceCall, (pipeline, _) =>
            {
                pipeline.TimeProvider = clock;
                pipeline.AddTimeout(TimeSpan.FromSeconds(10)).AddRetry(new RetryStrategyOptions
                {
                    MaxRetryAttempts = 2,
                    Delay = TimeSpan.FromMilliseconds(200),
                    BackoffType = DelayBackoffType.Exponential,
                    UseJitter = true,
                    // Only what surely never reached the other side; all else is the caller's decision.
                    ShouldHandle = new PredicateBuilder().Handle<HttpRequestException>(exception =>
                        exception.HttpRequestError is HttpRequestError.ConnectionError
                            or HttpRequestError.NameResolutionError),
                });
            });
            registry.TryAddBuilder(ServerStart, (pipeline, _) =>
            {
                pipeline.TimeProvider = clock;
                pipeline.AddRetry(new RetryStrategyOptions
                {
                    MaxRetryAttempts = int.MaxValue,
                    Delay = TimeSpan.FromMilliseconds(250),
                    MaxDelay = TimeSpan.FromSeconds(2),
                    BackoffType = DelayBackoffType.Exponential,
                    UseJitter = true,
                    ShouldHandle = new PredicateBuilder().Handle<Npgsql.NpgsqlException>(exception =>
                        exception.IsTransient || exception.InnerException is System.Net.Sockets.SocketException),
                });
            });
            return registry;
        });
}
