using Microsoft.Extensions.Options;
using Sora.ServiceDefaults.Database;

namespace Sora.WebhookService.Deliveries;

/// <summary>
/// Hands out due deliveries, fairly: endpoint by endpoint, the ones with the fewest requests on the way first, and never
/// more than its share to one endpoint, however long its backlog is. A claim raises the row's attempt, which fences its
/// failure, and moves its due time to the end of the lease, so that a dead sender's deliveries come due by themselves.
/// </summary>
internal sealed class DeliveryClaims(ServiceDatabase database, IOptions<DeliveryOptions> options, TimeProvider clock)
{
    /// <summary>The channel that wakes senders.</summary>
    public const string Channel = "webhook_deliveries";

    /// <summary>Wakes senders when the transaction commits.</summary>
    public const string Wake = $"select pg_notify('{Channel}', '')";

    // How many more requests an endpoint may have on the way.
    private const string Room =
        """
        select case when endpoint.failures > 0 then 1 else @PerEndpoint end - count(*) as count from webhook_deliveries
        where endpoint_id = endpoint.id and in_flight and next_attempt_at > @Now
        """;

    // "scheduled" goes from endpoint to endpoint through the index: ten thousand deliveries to one of them are one step.
    private const string LockEndpoints =
        $"""
        with recursive scheduled as (
            select min(endpoint_id) as id from webhook_deliveries where next_attempt_at is not null
            union all
            select (select min(endpoint_id) from webhook_deliveries
                where endpoint_id > scheduled.id and next_attempt_at is not null)
            from scheduled where scheduled.id is not null
        )
        select endpoint.id from webhook_endpoints endpoint cross join lateral ({Room}) room
        where endpoint.id in (select id from scheduled) and room.count > 0
            and endpoint.disabled_at is null and (endpoint.paused_until is null or endpoint.paused_until <= @Now)
            and (endpoint.is_slow or endpoint.failures >= @Doubtful) = @IsSlow
            and exists (select from webhook_deliveries where endpoint_id = endpoint.id and next_attempt_at <= @Now)
        order by room.count desc, random() limit @Limit
        for no key update of endpoint skip locked
        """;

    // Counts the room anew, with the locks held: another sender may have taken it in between.
    private const string Claim =
        $"""
        with due as (
            select delivery.id
            from webhook_endpoints endpoint cross join lateral ({Room}) room cross join lateral (
                select id from webhook_deliveries
                where endpoint_id = endpoint.id and next_attempt_at <= @Now
                order by next_attempt_at limit greatest(room.count, 0) for update skip locked) delivery
            where endpoint.id = any(@EndpointIds) limit @Limit)
        update webhook_deliveries delivery
        set attempt = attempt + 1, in_flight = true, next_attempt_at = @LeaseEnd
        from due, webhook_events event, webhook_endpoints endpoint
        where delivery.id = due.id and event.id = delivery.event_id and endpoint.id = delivery.endpoint_id
        returning delivery.id, delivery.endpoint_id, delivery.project, delivery.attempt, delivery.failures,
            event.type, event.body, event.traceparent, endpoint.url, {SendableWebhook.SecretsOfEndpoint} as sealed_secrets
        """;

    // After so many failures in a row an endpoint is served beside the others.
    private const int Doubtful = 3;

    /// <summary>Claims up to a number of due deliveries.</summary>
    /// <param name="isSlow">Those to endpoints that fail or are slow, or those to all others.</param>
    /// <param name="limit">The most to claim; at least one.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<IReadOnlyList<DeliveryClaim>> TakeAsync(
        bool isSlow, int limit, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var parameters = new
        {
            Now = now,
            LeaseEnd = now + options.Value.Lease,
            IsSlow = isSlow,
            Limit = limit,
            Doubtful,
            options.Value.PerEndpoint,
        };
        await using var work = await database.BeginAsync(cancellationToken);
        var endpoints = await work.QueryAsync<string>(LockEndpoints, parameters, cancellationToken);
        if (endpoints.Count == 0)
        {
            return [];
        }

        var claims = await work.QueryAsync<DeliveryClaim>(
            Claim,
            new { parameters.Now, parameters.LeaseEnd, limit, options.Value.PerEndpoint, EndpointIds = endpoints.ToArray() },
            cancellationToken);
        await work.CommitAsync(cancellationToken);
        return claims;
    }
}
