using Sora.Gateway.ApiKeys;

namespace Sora.Gateway;

/// <summary>
/// Every request that the gateway lets in. A path that is not here is a 404, a method that is not here a 405;
/// what the services serve beside it (<c>/internal</c>, health) cannot be reached from outside.
/// </summary>
internal static class Routes
{
    /// <summary>
    /// The longest prompt, 32 000 characters, fits in any JSON escaping; so does every other plain request.
    /// </summary>
    private const long Prompt = 256 * 1024;

    /// <summary>A reference image of 20 MiB as a base64 data URL, and the fields beside it.</summary>
    private const long Image = 28 * 1024 * 1024;

    private const long Small = 64 * 1024;

    /// <summary>Method, path, service that answers, who may call, largest body in bytes.</summary>
    public static readonly IReadOnlyList<Route> Table =
    [
        new("POST",   "/v1/videos",              "video-service",   Scopes.WriteVideos, Image),
        new("GET",    "/v1/videos",              "video-service",   Scopes.ReadVideos,  Small),
        new("GET",    "/v1/videos/{id}",         "video-service",   Scopes.ReadVideos,  Small),
        new("DELETE", "/v1/videos/{id}",         "video-service",   Scopes.WriteVideos, Small),
        new("POST",   "/v1/videos/{id}/remix",   "video-service",   Scopes.WriteVideos, Prompt),
        new("GET",    "/v1/videos/{id}/content", "storage-worker",  Scopes.ReadVideos,  Small),
        new("POST",   "/v1/videos/{id}/shares",  "storage-worker",  Scopes.WriteVideos, Small),
        new("GET",    "/v1/videos/{id}/shares",  "storage-worker",  Scopes.ReadVideos,  Small),
        new("DELETE", "/v1/videos/{id}/shares/{share}", "storage-worker", Scopes.WriteVideos, Small),
        new("GET",    "/s/{token}",              "storage-worker",  Scopes.None,        Small),
        new("GET",    "/v1/usage",               "quota-service",   Scopes.ReadUsage,   Small),
        new("POST",   "/webhooks/{upstream}",    "webhook-service", Scopes.None,        Small),
    ];

    /// <summary>
    /// Words that the protocol puts where an id stands. They name operations that are not served: unknown,
    /// not videos.
    /// </summary>
    public static readonly IReadOnlyList<string> Reserved =
    [
        "/v1/videos/edits/{**rest}",
        "/v1/videos/extensions/{**rest}",
        "/v1/videos/characters/{**rest}",
    ];
}

/// <summary>One row of <see cref="Routes.Table"/>.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path's pattern; it reaches the service unchanged.</param>
/// <param name="Service">The service's name, whose address is <c>services:NAME:http:0</c>.</param>
/// <param name="Scope">What the caller's API key must allow, one of <see cref="Scopes"/>.</param>
/// <param name="MaximumBody">The largest request body in bytes; more is a 413.</param>
internal sealed record Route(string Method, string Path, string Service, string Scope, long MaximumBody);
