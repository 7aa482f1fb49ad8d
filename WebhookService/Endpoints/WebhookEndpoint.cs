namespace Sora.WebhookService.Endpoints;

/// <summary>A URL that a project wants its events sent to: one row of <c>webhook_endpoints</c>.</summary>
internal sealed record WebhookEndpoint
{
    /// <summary>The columns as a query must name them.</summary>
    public const string Columns =
        """
        id, organization, project, name, url, event_types, created_at, updated_at, disabled_at, disabled_reason,
        failures, failing_since,
        (select hint from webhook_secrets where endpoint_id = webhook_endpoints.id and expires_at is null) as secret_hint
        """;

    public required string Id { get; init; }

    public required string Organization { get; init; }

    public required string Project { get; init; }

    public required string Name { get; init; }

    public required string Url { get; init; }

    public required string[] EventTypes { get; init; }

    public string? SecretHint { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its configuration or its secret last changed.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Since when nothing is sent to it; null while it is sent to.</summary>
    public DateTimeOffset? DisabledAt { get; init; }

    /// <summary>One of <see cref="Endpoints.DisabledReason"/>, or null.</summary>
    public string? DisabledReason { get; init; }

    /// <summary>How many attempts have failed since the last success, over all its deliveries.</summary>
    public int Failures { get; init; }

    /// <summary>When the first of the failures since its last success was; null while it answers well.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>Of the URL only what tells nobody a token that may stand in its path.</summary>
    public string Host => new Uri(Url).Host;
}

/// <summary>Why an endpoint is not sent to.</summary>
internal static class DisabledReason
{
    /// <summary>Its owner said so.</summary>
    public const string ByUser = "by_user";

    /// <summary>It answered 410 Gone.</summary>
    public const string Gone = "gone";

    /// <summary>It has answered nothing but failures for days.</summary>
    public const string Failing = "failing";
}
