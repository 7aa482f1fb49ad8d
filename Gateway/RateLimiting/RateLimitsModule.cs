using Microsoft.Extensions.Options;
using Sora.ServiceDefaults;

namespace Sora.Gateway.RateLimiting;

/// <summary>How much a caller may ask.</summary>
internal static class RateLimitsModule
{
    /// <summary>
    /// Adds the limits of section <c>RateLimits</c>, which all gateways of one Redis (<c>ConnectionStrings:redis</c>) share.
    /// </summary>
    public static WebApplicationBuilder AddRateLimits(this WebApplicationBuilder builder)
    {
        builder.AddRedis();
        builder.Services.AddOptions<RateLimitOptions>().BindConfiguration("RateLimits").ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<RateLimitOptions>, RateLimitOptionsValidator>();
        builder.Services.AddSingleton<RunningGateways>();
        builder.Services.AddSingleton<LocalBuckets>();
        builder.Services.AddSingleton<TokenBuckets>();
        builder.Services.AddSingleton<RequestLimits>();
        builder.Services.AddSingleton<RequestsInFlight>();
        builder.Services.AddSingleton<RateLimitMetrics>();
        builder.Services.AddHostedService<GatewayHeartbeat>();
        return builder;
    }
}
