using System.Net;
using Sora.ServiceDefaults.Identity;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace Sora.Gateway.Forwarding;

/// <summary>
/// Hands the requests of <see cref="Routes.Table"/> on to the services, streaming in both directions.
/// </summary>
internal static class ForwardingModule
{
    private static readonly ForwarderRequestConfig Requests = new()
    {
        Version = HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,

        // Of silence, not of the whole: a download or an event stream may take as long as it flows.
        ActivityTimeout = TimeSpan.FromMinutes(5),
    };

    /// <summary>
    /// Adds the routes and the services' addresses, <c>services:NAME:http:0</c>, all of which must be
    /// configured.
    /// </summary>
    public static WebApplicationBuilder AddForwarding(this WebApplicationBuilder builder)
    {
        builder.AddInternalTokens();
        var services = Routes.Table.Select(route => route.Service).Distinct();
        builder.Services.AddReverseProxy()
            .LoadFromMemory(
                [.. Routes.Table.Select(ToRoute)],
                [.. services.Select(service => ToCluster(service, builder.Configuration))])
            .ConfigureHttpClient((_, handler) =>
            {
                handler.ConnectTimeout = TimeSpan.FromSeconds(2);
                handler.ActivityHeadersPropagator = new TraceOnlyPropagator();
            })
            .AddTransforms(context =>
            {
                context.CopyRequestHeaders = false;
                context.UseDefaultForwarders = false;
                context.RequestTransforms.Add(ActivatorUtilities.CreateInstance<InwardHeaders>(
                    context.Services, Routes.Table.Single(route => RouteId(route) == context.Route.RouteId)));
                if (context.Route.Match.Path == ShareLinks.Path)
                {
                    context.RequestTransforms.Add(new ShareLinks());
                }
            });
        return builder;
    }

    /// <summary>Maps the routes.</summary>
    public static void MapForwarding(this WebApplication app)
    {
        app.MapReverseProxy();
        foreach (var path in Routes.Reserved)
        {
            app.Map(path, () => TypedResults.NotFound())
                .WithName(path)
                .WithSummary("A word of the protocol whose operation is not served.");
        }
    }

    private static string RouteId(Route route) => $"{route.Method} {route.Path}";

    private static RouteConfig ToRoute(Route route) => new()
    {
        RouteId = RouteId(route),
        Match = new RouteMatch { Methods = [route.Method], Path = route.Path },
        ClusterId = route.Service,
        AuthorizationPolicy = route.Scope,
        MaxRequestBodySize = route.MaximumBody,
    };

    private static ClusterConfig ToCluster(string service, ConfigurationManager configuration) => new()
    {
        ClusterId = service,
        HttpRequest = Requests,
        Destinations = new Dictionary<string, DestinationConfig>
        {
            [service] = new()
            {
                Address = configuration[$"services:{service}:http:0"]
                    ?? throw new InvalidOperationException($"services:{service}:http:0 is not configured."),
            },
        },
    };
}
