using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sora.ServiceDefaults.Errors;

namespace Sora.ServiceDefaults;

/// <summary>What every service of the platform has in common, in two calls.</summary>
public static class Extensions
{
    private const string Live = "live";

    /// <summary>
    /// Adds telemetry, health checks, the error envelope, resilience policies and the JSON conventions.
    /// </summary>
    /// <param name="builder">The service's builder.</param>
    /// <param name="serviceName">The name that other services call it by, for example <c>video-service</c>.</param>
    public static WebApplicationBuilder AddServiceDefaults(this WebApplicationBuilder builder, string serviceName)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(new ServiceName(serviceName));
        builder.AddTelemetry(serviceName);
        QuietLibraries(builder.Logging);
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), [Live]);
        builder.Services.AddErrorEnvelope();
        builder.Services.AddResiliencePolicies();
        builder.Services.Configure<JsonOptions>(options => ConfigureJson(options.SerializerOptions));
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(15));
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
            options.Limits.MaxRequestHeaderCount = 64;
        });
        return builder;
    }

    /// <summary>
    /// Maps <c>/health</c> (every check) and <c>/alive</c> (the process answers), open to probes in every environment. Healthy
    /// and degraded are 200, as the service works; unhealthy is 503. The body names each check.
    /// </summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        // Once more inside the pipeline: in Development the framework's error page stands between this and the outer one.
        app.UseMiddleware<ErrorEnvelopeMiddleware>();
        app.MapHealthChecks("/health", HealthAnswer.To(_ => true)).AllowAnonymous();
        app.MapHealthChecks("/alive", HealthAnswer.To(check => check.Tags.Contains(Live))).AllowAnonymous();
        return app;
    }

    /// <summary>What libraries say of each request is in the traces; the log keeps what somebody has to read.</summary>
    private static void QuietLibraries(ILoggingBuilder logging)
    {
        foreach (var library in new[] { "Microsoft.AspNetCore", "System.Net.Http", "Yarp" })
        {
            logging.AddFilter(library, LogLevel.Warning);
        }

        // Each poll of a degraded service would be a warning; what is away says so itself, once.
        logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.Error);
    }

    /// <summary>
    /// The JSON of every API here: snake case, nulls written, duplicate names and deep nesting refused.
    /// </summary>
    public static void ConfigureJson(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.DictionaryKeyPolicy = null;
        options.AllowDuplicateProperties = false;
        options.MaxDepth = 16;
    }
}

/// <summary>
/// The name by which other services call this one; it is its issuer, its audience and its queue prefix.
/// </summary>
public sealed record ServiceName(string Value);
