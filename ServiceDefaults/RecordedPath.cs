using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Sora.ServiceDefaults;

/// <summary>
/// What logs and traces may keep of a request's path: they live longer, and are read by more, than a secret should.
/// </summary>
internal static class RecordedPath
{
    /// <summary>
    /// The path; its route's pattern where a part of it is a secret, <c>{token}</c>; null where no route knows it, as it may
    /// be a secret that was mistyped or asked for with the wrong method.
    /// </summary>
    public static string? Of(HttpContext context)
    {
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        return route is null || route.Contains("{token}", StringComparison.Ordinal) ? route : context.Request.Path;
    }
}
