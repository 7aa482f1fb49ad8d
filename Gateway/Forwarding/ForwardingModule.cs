using System.Net;
using Sora.ServiceDefaults;
using Sora.ServiceDefaults.Identity;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace Sora.Gateway.Forwarding;

/// <summary>
/// Hands the requests of <see cref="Routes.Table"/> that are not the gateway's own on to the services, streaming in
/// both directions.
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

    // As Kestrel reads them: a value that is not ASCII is for the service to refuse, not a fault on the way.
    private static readonly HttpClientConfig Connections = new() { RequestHeaderEncoding = "utf-8" };

    /// <summary>
    /// Adds the routes and the services' addresses, <c>services:NAME:http:0</c>, all of which must be
    /// configured.
    /// </summary>
    public static WebApplicationBuilder AddForwarding(this WebApplicationBuilder builder)
    {
        builder.AddInternalTokens().AddServiceClients();
        var forwarded = Routes.Table.Where(route => route.Service != Routes.Gateway).ToList();
        var services = forwarded.Select(route => route.Service).Distinct();
        builder.Services.AddReverseProxy()
            .LoadFromMemory(
                [.. forwarded.Select(ToRoute)],
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
                var route = Find(context.Route);
                context.RequestTransforms.Add(ActivatorUtilities.CreateInstance<InwardHeaders>(context.Services, route));
                context.ResponseTransforms.Add(ActivatorUtilities.CreateInstance<ConfirmDelivery>(context.Services, route));
                context.ResponseTransforms.Add(ActivatorUtilities.CreateInstance<EventStreamCopy>(context.Services));
                if (route.Path == ShareLinks.Path)
                {
                    context.RequestTransforms.Add(new ShareLinks());
                }
            });
        return builder;
    }

    /// <summary>Maps the routes.</summary>
    public static void MapForwarding(this WebApplication app) =>
        app.MapReverseProxy().ConfigureEndpoints((endpoint, route) => endpoint.WithMetadata(Find(route)));

    private static Route Find(RouteConfig forwarded) => Routes.Table.Single(route => route.Id == forwarded.RouteId);

    private static RouteConfig ToRoute(Route route) => new()
    {
        RouteId = route.Id,
        Match = new RouteMatch { Methods = [route.Method], Path = route.Path },
        ClusterId = route.Service,
        AuthorizationPolicy = route.Scope,
        MaxRequestBodySize = route.MaximumBody,
    };

    private static ClusterConfig ToCluster(string service, ConfigurationManager configuration) => new()
    {
        ClusterId = service,
        HttpRequest = Requests,
        HttpClient = Connections,
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
