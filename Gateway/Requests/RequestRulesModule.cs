using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Sora.Gateway.Requests;

/// <summary>What a request must be like before anybody looks at what it says.</summary>
internal static class RequestRulesModule
{
    /// <summary>Adds Kestrel's limits against slow and endless senders, and the refusal of plain http beyond loopback.</summary>
    public static WebApplicationBuilder AddRequestRules(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            options.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(60);
            options.Limits.MinRequestBodyDataRate = new MinDataRate(1024, gracePeriod: TimeSpan.FromSeconds(5));
            options.Limits.MinResponseDataRate = new MinDataRate(240, gracePeriod: TimeSpan.FromSeconds(5));
        });
        builder.Services.AddHostedService<PlainHttp>();
        return builder;
    }

    /// <summary>
    /// Finds out whom a proxy speaks for, names the request, refuses doubtful framing, finds the route and holds the
    /// request against the route's limits.
    /// </summary>
    public static void UseRequestRules(this WebApplication app)
    {
        app.UseTlsProxy();
        app.UseMiddleware<AnswerHeaders>();
        app.UseMiddleware<StrictFraming>();
        app.UseRouting();
        app.UseMiddleware<BodyLimits>();
    }
}
