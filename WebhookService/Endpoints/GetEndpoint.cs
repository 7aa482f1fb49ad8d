using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Identity;

namespace Sora.WebhookService.Endpoints;

/// <summary><c>GET /v1/webhook_endpoints/{id}</c>.</summary>
internal static class GetEndpoint
{
    public static async Task<IResult> HandleAsync(
        string id, Caller caller, ServiceDatabase database, CancellationToken cancellationToken) =>
        await FindEndpoint.ByIdAsync(database, id, caller, cancellationToken) is { } endpoint
            ? TypedResults.Ok(EndpointResource.From(endpoint))
            : FindEndpoint.NotFound(id);
}
