using Microsoft.AspNetCore.Http.Metadata;
using Sora.Gateway.ApiKeys;
using Sora.Gateway.RateLimiting;

namespace Sora.Gateway;

/// <summary>
/// Every request that the gateway lets in. A path that is not here is a 404, a method that is not here a 405;
/// what the services serve beside it (<c>/internal</c>, health) cannot be reached from outside.
/// </summary>
internal static class Routes
{
    /// <summary>
    /// The gateway's own name, where it answers itself: such a row is mapped by its module with
    /// <see cref="OwnRoutes.MapOwn"/>, which takes scope and limit from the row.
    /// </summary>
    public const string Gateway = "gateway";

    /// <summary>
    /// The longest prompt, 32 000 characters, fits in any JSON escaping; so does every other plain request.
    /// </summary>
    private const long Prompt = 256 * 1024;

    /// <summary>A reference image of 20 MiB as a base64 data URL, and the fields beside it.</summary>
    private const long Image = 28 * 1024 * 1024;

    /// <summary>A video of 64 MiB, and the fields beside it.</summary>
    private const long Video = 65 * 1024 * 1024;

    private const long Small = 64 * 1024;

    /// <summary>Method, path, service that answers, who may call, largest body in bytes.</summary>
    public static readonly IReadOnlyList<Route> Table =
    [
        new("POST",   "/v1/videos",              "video-service",   Scopes.WriteVideos, Image) { Bucket = RateBucket.Create },
        new("GET",    "/v1/videos",              "video-service",   Scopes.ReadVideos,  Small),
        new("GET",    "/v1/videos/{id}",         "video-service",   Scopes.ReadVideos,  Small),
        new("DELETE", "/v1/videos/{id}",         "video-service",   Scopes.WriteVideos, Small),
        new("POST",   "/v1/videos/{id}/cancel",  "video-service",   Scopes.WriteVideos, Small),
        new("POST",   "/v1/videos/{id}/remix",   "video-service",   Scopes.WriteVideos, Prompt) { Bucket = RateBucket.Create },
        new("GET",    "/v1/videos/{id}/content", "storage-worker",  Scopes.ReadVideos,  Small),
        new("POST",   "/v1/videos/edits",        "video-service",   Scopes.WriteVideos, Video) { Bucket = RateBucket.Create },
        new("POST",   "/v1/videos/extensions",   "video-service",   Scopes.WriteVideos, Video) { Bucket = RateBucket.Create },
        new("POST",   "/v1/videos/characters",   "video-service",   Scopes.WriteVideos, Video) { Bucket = RateBucket.Create },
        new("GET",    "/v1/videos/characters/{id}", "video-service", Scopes.ReadVideos, Small),
        new("GET",    "/v1/models",              "video-service",   Scopes.ReadVideos,  Small),
        new("GET",    "/v1/models/{id}",         "video-service",   Scopes.ReadVideos,  Small),
        new("GET",    "/v1/videos/{id}/events",  "video-service",   Scopes.ReadVideos,  Small),
        new("GET",    "/v1/events",              "video-service",   Scopes.ReadVideos,  Small),
        new("POST",   "/v1/videos/{id}/shares",  "storage-worker",  Scopes.WriteVideos, Small),
        new("GET",    "/v1/videos/{id}/shares",  "storage-worker",  Scopes.ReadVideos,  Small),
        new("DELETE", "/v1/videos/{id}/shares/{share}", "storage-worker", Scopes.WriteVideos, Small),
        new("GET",    "/s/{token}",              "storage-worker",  Scopes.None,        Small),
        new("GET",    "/v1/usage",               "quota-service",   Scopes.ReadUsage,   Small),
        new("POST",   "/v1/api_keys",            Gateway,           Scopes.WriteKeys,   Small),
        new("GET",    "/v1/api_keys",            Gateway,           Scopes.ReadKeys,    Small),
        new("GET",    "/v1/api_keys/{id}",       Gateway,           Scopes.ReadKeys,    Small),
        new("POST",   "/v1/api_keys/{id}",       Gateway,           Scopes.WriteKeys,   Small),
        new("POST",   "/v1/api_keys/{id}/rotate", Gateway,          Scopes.WriteKeys,   Small),
        new("DELETE", "/v1/api_keys/{id}",       Gateway,           Scopes.WriteKeys,   Small),
        new("GET",    "/v1/organization",        Gateway,           Scopes.ReadProjects, Small),
        new("POST",   "/v1/organization",        Gateway,           Scopes.WriteProjects, Small),
        new("POST",   "/v1/projects",            Gateway,           Scopes.WriteProjects, Small),
        new("GET",    "/v1/projects",            Gateway,           Scopes.ReadProjects, Small),
        new("GET",    "/v1/projects/{id}",       Gateway,           Scopes.ReadProjects, Small),
        new("POST",   "/v1/projects/{id}",       Gateway,           Scopes.WriteProjects, Small),
        new("POST",   "/v1/projects/{id}/archive", Gateway,         Scopes.WriteProjects, Small),
        new("GET",    "/v1/audit_log",           Gateway,           Scopes.ReadAudit,   Small),
        new("POST",   "/v1/session",             Gateway,           Scopes.None,        Small) { Bucket = RateBucket.SignIn },
        new("GET",    "/v1/session",             Gateway,           Scopes.Session,     Small),
        new("DELETE", "/v1/session",             Gateway,           Scopes.Session,     Small),
        new("POST",   "/v1/session/end_all",     Gateway,           Scopes.Session,     Small),
        new("POST",   "/v1/session/password",    Gateway,           Scopes.Session,     Small),
        new("POST",   "/v1/invitations",         Gateway,           Scopes.WritePeople, Small),
        new("GET",    "/v1/invitations",         Gateway,           Scopes.ReadPeople,  Small),
        new("GET",    "/v1/invitations/{id}",    Gateway,           Scopes.ReadPeople,  Small),
        new("DELETE", "/v1/invitations/{id}",    Gateway,           Scopes.WritePeople, Small),
        new("POST",   "/v1/invitations/accept",  Gateway,           Scopes.None,        Small) { Bucket = RateBucket.SignIn },
        new("GET",    "/v1/users",               Gateway,           Scopes.ReadPeople,  Small),
        new("GET",    "/v1/users/{id}",          Gateway,           Scopes.ReadPeople,  Small),
        new("POST",   "/v1/users/{id}",          Gateway,           Scopes.WritePeople, Small),
        new("POST",   "/v1/users/{id}/disable",  Gateway,           Scopes.WritePeople, Small),
        new("POST",   "/v1/users/{id}/enable",   Gateway,           Scopes.WritePeople, Small),
        new("DELETE", "/v1/users/{id}",          Gateway,           Scopes.WritePeople, Small),
        new("GET",    "/v1/projects/{id}/members", Gateway,         Scopes.ReadPeople,  Small),
        new("PUT",    "/v1/projects/{id}/members/{userId}", Gateway, Scopes.WritePeople, Small),
        new("DELETE", "/v1/projects/{id}/members/{userId}", Gateway, Scopes.WritePeople, Small),
        new("GET",    "/v1/webhook_event_types", "webhook-service", Scopes.ReadWebhooks, Small),
        new("POST",   "/v1/webhook_endpoints", "webhook-service", Scopes.WriteWebhooks, Small),
        new("GET",    "/v1/webhook_endpoints", "webhook-service", Scopes.ReadWebhooks, Small),
        new("GET",    "/v1/webhook_endpoints/{id}", "webhook-service", Scopes.ReadWebhooks, Small),
        new("POST",   "/v1/webhook_endpoints/{id}", "webhook-service", Scopes.WriteWebhooks, Small),
        new("DELETE", "/v1/webhook_endpoints/{id}", "webhook-service", Scopes.WriteWebhooks, Small),
        new("POST",   "/v1/webhook_endpoints/{id}/rotate_secret", "webhook-service", Scopes.WriteWebhooks, Small),
        new("POST",   "/v1/webhook_endpoints/{id}/test", "webhook-service", Scopes.WriteWebhooks, Small),
        new("POST",   "/v1/webhook_endpoints/{id}/replay", "webhook-service", Scopes.WriteWebhooks, Small),
        new("GET",    "/v1/webhook_endpoints/{id}/deliveries", "webhook-service", Scopes.ReadWebhooks, Small),
        new("GET",    "/v1/webhook_endpoints/{id}/deliveries/{delivery}", "webhook-service", Scopes.ReadWebhooks, Small),
        new("POST",   "/v1/webhook_endpoints/{id}/deliveries/{delivery}/replay", "webhook-service", Scopes.WriteWebhooks, Small),
        new("POST",   "/webhooks/{upstream}",    "webhook-service", Scopes.None,        Small),
    ];
}

/// <summary>One row of <see cref="Routes.Table"/>, and metadata of its endpoint.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path's pattern; it reaches the service unchanged.</param>
/// <param name="Service">The service's name, whose address is <c>services:NAME:http:0</c>.</param>
/// <param name="Scope">What the caller's API key must allow, one of <see cref="Scopes"/>.</param>
/// <param name="MaximumBody">The largest request body in bytes; more is a 413.</param>
internal sealed record Route(string Method, string Path, string Service, string Scope, long MaximumBody)
    : IRequestSizeLimitMetadata
{
    /// <summary>
    /// In which rate limit its requests count: reads by their method, changes as <c>Other</c>, those without a known caller
    /// by network address, unless the row says otherwise.
    /// </summary>
    public RateBucket Bucket { get; init; } = Scope == Scopes.None ? RateBucket.Anonymous
        : Method == "GET" ? RateBucket.Read
        : RateBucket.Other;

    /// <summary>By which the row is found.</summary>
    public string Id => $"{Method} {Path}";

    long? IRequestSizeLimitMetadata.MaxRequestBodySize => MaximumBody;
}
