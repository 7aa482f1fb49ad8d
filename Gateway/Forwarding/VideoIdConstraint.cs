namespace Sora.Gateway.Forwarding;

/// <summary>
/// What follows <c>/v1/videos/</c> is an id, well-formed or not, unless the protocol names an operation there: those have
/// routes of their own or, until they do, are unknown.
/// </summary>
internal sealed class VideoIdConstraint : IRouteConstraint
{
    private static readonly string[] Operations = ["edits", "extensions", "characters"];

    public bool Match(
        HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
        !Operations.Contains(values[routeKey] as string, StringComparer.OrdinalIgnoreCase);
}
