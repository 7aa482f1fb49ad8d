using Sora.ServiceDefaults.Database;
using Sora.WebhookService.Deliveries;

namespace Sora.WebhookService.Endpoints;

/// <summary>
/// Ends the sending to an endpoint. What waits is held, to be replayed once the endpoint is enabled again; what is on
/// its way right now is held by whoever sends it.
/// </summary>
internal static class DisableEndpoint
{
    private const string Sql =
        $"""
        update webhook_endpoints set disabled_at = @Now, disabled_reason = @Reason
        where id = @Id and project = @Project;
        update webhook_deliveries set status = '{DeliveryStatus.Held}', next_attempt_at = null
        where endpoint_id = @Id and project = @Project and next_attempt_at is not null and not in_flight;
        """;

    public static Task ApplyAsync(
        UnitOfWork work,
        WebhookEndpoint endpoint,
        string reason,
        DateTimeOffset now,
        CancellationToken cancellationToken) =>
        work.ExecuteAsync(
            Sql, new { endpoint.Id, endpoint.Project, Reason = reason, Now = now }, cancellationToken);
}
