using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;
using Sora.WebhookService.Endpoints;

namespace Sora.WebhookService.Deliveries;

/// <summary>
/// <c>POST /v1/webhook_endpoints/{id}/deliveries/{delivery}/replay</c>: sends a delivery again, whatever became of it:
/// the same webhook-id and body, its whole schedule anew. One that is on its way right now is left to arrive.
/// </summary>
internal sealed class ReplayDelivery(ServiceDatabase database, TimeProvider clock)
{
    /// <summary>What a replay does to a row.</summary>
    public const string Again =
        "set status = 'pending', next_attempt_at = @Now, failures = 0, delivered_at = null";

    private const string Sql =
        $"""
        update webhook_deliveries {Again}
        where id = @Id and endpoint_id = @EndpointId and project = @Project and not in_flight;
        {DeliveryClaims.Wake};
        """;

    public async Task<IResult> HandleAsync(
        string id, string delivery, Caller caller, CancellationToken cancellationToken)
    {
        if (await FindDelivery.ByIdAsync(database, id, delivery, caller, cancellationToken) is null)
        {
            return FindDelivery.NotFound(delivery);
        }

        await using var work = await database.BeginAsync(caller, cancellationToken);
        if (await FindEndpoint.LockAsync(work, id, caller, cancellationToken) is not { } endpoint)
        {
            return FindEndpoint.NotFound(id);
        }

        if (endpoint.DisabledAt is not null)
        {
            return IsDisabled();
        }

        await work.ExecuteAsync(
            Sql, new { Id = delivery, EndpointId = id, caller.Project, Now = clock.GetUtcNow() }, cancellationToken);
        await work.CommitAsync(cancellationToken);
        return await FindDelivery.ByIdAsync(database, id, delivery, caller, cancellationToken) is { } again
            ? TypedResults.Ok(DeliveryResource.From(again))
            : FindDelivery.NotFound(delivery);
    }

    /// <summary>400: nothing would be sent.</summary>
    public static ApiError IsDisabled() => ApiError.Invalid(
        null,
        "The webhook endpoint is disabled. Enable it first: update it with \"sora\": {\"status\": \"enabled\"}.",
        "webhook_endpoint_disabled");
}
