using System.Security.Cryptography;
using System.Text;
using Sora.ServiceDefaults.Errors;

namespace Sora.Gateway.Sessions;

/// <summary>
/// What a request must show before its cookie counts, so that no other site can act as whoever is signed in here
/// (docs/adr/0007-browser-sessions.md).
/// </summary>
internal static class BrowserRules
{
    public const string AntiForgeryHeader = "X-CSRF-Token";

    private const string Content = "/v1/videos/{id}/content";

    /// <summary>Refuses what did not come from a page of this origin. Browsers set the header; scripts cannot.</summary>
    public static ApiError? RefuseOtherSites(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"] is ["same-origin"] || IsOpenedClip(request)
            ? null
            : Refusal(
                "cross_site_request",
                "A browser session is accepted only from pages of this origin (Sec-Fetch-Site: same-origin).");

    /// <summary>Refuses what would change something and does not carry the session's own token.</summary>
    public static ApiError? RefuseForgery(HttpRequest request, Session session) =>
        HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)
        || request.Headers[AntiForgeryHeader] is [{ } token] && AreEqual(token, session.AntiForgery)
            ? null
            : Refusal(
                "invalid_csrf_token",
                $"Send the session's csrf_token, which GET /v1/session tells, in the header {AntiForgeryHeader}.");

    // A clip whose address was typed, bookmarked or opened from a download list: no page asked for it, so none could
    // make use of it, and nothing changes. All else that a person types is the studio's.
    private static bool IsOpenedClip(HttpRequest request) =>
        HttpMethods.IsGet(request.Method)
        && request.Headers["Sec-Fetch-Site"] is ["none"]
        && request.Headers["Sec-Fetch-Mode"] is ["navigate"]
        && request.HttpContext.GetEndpoint()?.Metadata.GetMetadata<Route>()?.Path == Content;

    private static bool AreEqual(string token, string expected) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(expected));

    private static ApiError Refusal(string code, string message) =>
        new(StatusCodes.Status403Forbidden, ApiError.InvalidRequest, code, null, message);
}

/// <summary>Holds a route that makes a session against the rule for those that use one: signing in is an act as well.</summary>
internal sealed class SameOriginFilter : IEndpointFilter
{
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        BrowserRules.RefuseOtherSites(context.HttpContext.Request) is { } refusal
            ? ValueTask.FromResult<object?>(refusal)
            : next(context);
}
