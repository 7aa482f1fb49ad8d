using System.Collections.Frozen;
using Sora.Gateway.ApiKeys;
using Sora.ServiceDefaults.Identity;
using Yarp.ReverseProxy.Transforms;

namespace Sora.Gateway.Forwarding;

/// <summary>
/// Decides every header that a service sees: the few of the client's that mean something to one, the
/// request's id, and who calls. All else ends here, whatever its spelling, so nothing that a client sends can
/// pass for ours.
/// </summary>
/// <param name="route">The route that the request took.</param>
/// <param name="tokens">Mints the token that says who calls, for the route's service alone.</param>
internal sealed class InwardHeaders(Route route, InternalTokens tokens) : RequestTransform
{
    private static readonly FrozenSet<string> OfClients = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "accept", "content-type", "content-length",
        "range", "if-range", "if-none-match", "if-modified-since", "last-event-id",
        "idempotency-key", "x-stainless-retry-count", "x-stainless-lang", "x-stainless-poll-helper");

    private static readonly FrozenSet<string> OfUpstreams = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "content-type", "content-length", "user-agent", "webhook-id", "webhook-timestamp", "webhook-signature");

    private static readonly FrozenSet<string> OfReaders = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "accept", "range", "if-range", "if-none-match", "if-modified-since");

    private readonly bool _isAnonymous = route.Scope == Scopes.None;

    public override ValueTask ApplyAsync(RequestTransformContext context)
    {
        var request = context.HttpContext.Request;
        var wanted = !_isAnonymous ? OfClients : HttpMethods.IsGet(route.Method) ? OfReaders : OfUpstreams;
        foreach (var (name, values) in request.Headers)
        {
            if (wanted.Contains(name))
            {
                AddHeader(context, name, values);
            }
        }

        // HttpClient resends a request without a body, up to three times, when the connection dies before the
        // answer.
        if (context.ProxyRequest.Content is null && !HttpMethods.IsGet(request.Method))
        {
            AddHeader(context, "Content-Length", "0");
        }

        AddHeader(context, "x-request-id", context.HttpContext.TraceIdentifier);
        if (!_isAnonymous && context.HttpContext.User.Identity is CallerIdentity identity)
        {
            AddHeader(context, InternalTokens.Header, tokens.Mint(route.Service, identity.Caller));
        }

        return ValueTask.CompletedTask;
    }
}
