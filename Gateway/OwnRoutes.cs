using Sora.Gateway.ApiKeys;

namespace Sora.Gateway;

/// <summary>Maps the rows of <see cref="Routes.Table"/> that the gateway answers itself.</summary>
internal static class OwnRoutes
{
    /// <summary>
    /// Maps a handler for a row, whose scope and body limit hold for it. Give it a name and a summary. It may take the
    /// <see cref="ServiceDefaults.Identity.Caller"/> as a parameter.
    /// </summary>
    /// <exception cref="InvalidOperationException">The table has no such row of the gateway's.</exception>
    public static RouteHandlerBuilder MapOwn(this WebApplication app, string method, string path, Delegate handler)
    {
        var route = Routes.Table.SingleOrDefault(route =>
                (route.Method, route.Path, route.Service) == (method, path, Routes.Gateway))
            ?? throw new InvalidOperationException($"Routes.Table has no row {method} {path} of the gateway's.");
        var endpoint = app.MapMethods(path, [method], handler).WithMetadata(route);
        return route.Scope == Scopes.None ? endpoint.AllowAnonymous() : endpoint.RequireAuthorization(route.Scope);
    }
}
