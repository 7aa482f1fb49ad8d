namespace Sora.WebhookService.Deliveries;

/// <summary>A delivery that one sender has for the time of its lease.</summary>
internal sealed record DeliveryClaim
{
    /// <summary>The webhook-id.</summary>
    public required string Id { get; init; }

    public required string EndpointId { get; init; }

    public required string Project { get; init; }

    public required string Url { get; init; }

    public required string Body { get; init; }

    public required string Type { get; init; }

    public byte[][] SealedSecrets { get; init; } = [];

    /// <summary>The number of this attempt, which no other has.</summary>
    public int Attempt { get; init; }

    /// <summary>How many attempts of this round have failed before.</summary>
    public int Failures { get; init; }

    /// <summary>The trace of what happened, or null.</summary>
    public string? Traceparent { get; init; }

    public SendableWebhook Webhook => new(Id, EndpointId, Url, Body, SealedSecrets);
}
