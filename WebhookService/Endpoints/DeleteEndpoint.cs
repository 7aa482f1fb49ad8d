using System.Text.Json.Serialization;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Identity;

namespace Sora.WebhookService.Endpoints;

/// <summary>
/// <c>DELETE /v1/webhook_endpoints/{id}</c>: the endpoint goes with its secrets and its delivery log, and nothing more
/// is sent to it.
/// </summary>
internal sealed class DeleteEndpoint(ServiceDatabase database, TimeProvider clock)
{
    public async Task<IResult> HandleAsync(string id, Caller caller, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(caller, cancellationToken);
        if (await FindEndpoint.LockAsync(work, id, caller, cancellationToken) is not { } endpoint)
        {
            return FindEndpoint.NotFound(id);
        }

        await work.ExecuteAsync(
            "delete from webhook_endpoints where id = @Id and project = @Project", endpoint, cancellationToken);
        work.Record(
            caller,
            "webhook_endpoint.deleted",
            id,
            clock.GetUtcNow(),
            ("name", endpoint.Name),
            ("host", endpoint.Host));
        await work.CommitAsync(cancellationToken);
        return TypedResults.Ok(new DeletedEndpoint(id, true, "webhook_endpoint.deleted"));
    }
}

/// <summary>The protocol's answer to a delete.</summary>
/// <param name="Id">The endpoint's id.</param>
/// <param name="Deleted">Always true.</param>
/// <param name="Kind">Always <c>webhook_endpoint.deleted</c>.</param>
internal sealed record DeletedEndpoint(string Id, bool Deleted, [property: JsonPropertyName("object")] string Kind);
