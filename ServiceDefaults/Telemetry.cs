using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Sora.ServiceDefaults;

/// <summary>
/// Traces, metrics and logs over OTLP, configured by the standard <c>OTEL_*</c> variables; silent without an endpoint.
/// The sources are the libraries' own: no instrumentation packages are needed.
/// </summary>
internal static class Telemetry
{
    private static readonly string[] Sources =
    [
        "Microsoft.AspNetCore", "System.Net.Http", "Npgsql", "MassTransit", "Yarp.ReverseProxy", Redis.SourceName,
        GuardedHttp.SourceName,
    ];

    private static readonly string[] Meters =
    [
        "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Runtime",
        "Npgsql", "MassTransit", "Yarp.ReverseProxy",
    ];

    public static void AddTelemetry(this WebApplicationBuilder builder, string serviceName)
    {
        var own = $"Sora.{builder.Environment.ApplicationName}";
        builder.Services.AddSingleton(new ActivitySource(own));
        builder.Services.AddSingleton<IStartupFilter, ServerSpans>();
        builder.Services.AddSingleton(services => services.GetRequiredService<IMeterFactory>().Create(own));

        if (string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            // Nobody would get them, and spans cost about as much as the work they describe. Trace ids go on without:
            // ASP.NET Core makes them for its logs, and HttpClient and MassTransit hand them on.
            return;
        }

        new OpenTelemetryBuilder(builder.Services)
            .ConfigureResource(resource => resource
                .AddService(builder.Configuration["OTEL_SERVICE_NAME"] ?? serviceName, serviceNamespace: "sora")
                .AddEnvironmentVariableDetector())
            .WithTracing(traces => traces.AddSource([own, .. Sources]))
            .WithMetrics(metrics => metrics.AddMeter([own, .. Meters]))
            // Without scopes: ASP.NET Core's holds the request's path, which may be a secret (RecordedPath). The span of
            // the same trace id tells the rest.
            .WithLogging(null, logs => logs.IncludeFormattedMessage = true)
            .UseOtlpExporter();

        // First of all hosted services, so that the others' spans at start-up are heard.
        builder.Services.Insert(0, ServiceDescriptor.Singleton<IHostedService, TelemetryHost>());
    }

    /// <summary>The SDK's own builder lives in a package that is not needed for these few lines.</summary>
    private sealed record OpenTelemetryBuilder(IServiceCollection Services) : IOpenTelemetryBuilder;

    /// <summary>
    /// Brings the providers to life with the host; the container disposes, and so flushes, them at the end.
    /// </summary>
    private sealed class TelemetryHost(IServiceProvider services) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            services.GetService<MeterProvider>();
            services.GetService<TracerProvider>();
            services.GetService<LoggerProvider>();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
