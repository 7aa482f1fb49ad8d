using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;
using Sora.Gateway.ApiKeys;

namespace Sora.Gateway.Requests;

/// <summary>
/// The proxy in front, where there is one: what it says of the client's address and scheme counts, from it alone and for
/// one hop. Anybody else's <c>X-Forwarded-…</c> means nothing.
/// </summary>
internal static class TlsProxy
{
    /// <summary>Takes the proxy's word, with <c>Gateway:BehindTlsProxy</c>.</summary>
    public static void UseTlsProxy(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<IOptions<GatewayOptions>>().Value;
        if (!options.BehindTlsProxy)
        {
            return;
        }

        var forwarded = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
            ForwardLimit = 1,
        };
        foreach (var network in options.TrustedProxies)
        {
            forwarded.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(network));
        }

        app.UseForwardedHeaders(forwarded);
    }
}
