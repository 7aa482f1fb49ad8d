namespace Sora.WebhookService.Deliveries;

/// <summary>One event for one endpoint: a row of <c>webhook_deliveries</c> with its event and its last attempt.</summary>
internal sealed record DeliveryRow
{
    /// <summary>The start of a query; its filters name the table <c>delivery</c>.</summary>
    public const string Select =
        """
        select delivery.id, delivery.endpoint_id, delivery.event_id, delivery.status, delivery.created_at,
            delivery.delivered_at, delivery.next_attempt_at, event.type as event_type, event.body,
            coalesce(last.count, 0) as attempts, last.status_code, last.error
        from webhook_deliveries delivery
        join webhook_events event on event.id = delivery.event_id
        left join lateral (
            select status_code, error, count(*) over ()::int as count from webhook_attempts
            where delivery_id = delivery.id order by number desc limit 1) last on true
        """;

    public required string Id { get; init; }

    public required string EndpointId { get; init; }

    public required string EventId { get; init; }

    public required string EventType { get; init; }

    public required string Body { get; init; }

    /// <summary>One of <see cref="DeliveryStatus"/>.</summary>
    public required string Status { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? DeliveredAt { get; init; }

    public DateTimeOffset? NextAttemptAt { get; init; }

    public int Attempts { get; init; }

    /// <summary>What the last attempt was answered.</summary>
    public int? StatusCode { get; init; }

    /// <summary>Why the last attempt failed, one of <see cref="SendError"/>.</summary>
    public string? Error { get; init; }
}
