using System.Text.Json.Serialization;

namespace Sora.WebhookService.Deliveries;

/// <summary>A line of an endpoint's delivery log.</summary>
/// <param name="Id">The <c>webhook-id</c> that every attempt carries.</param>
/// <param name="Kind">Always <c>webhook_delivery</c>.</param>
/// <param name="WebhookEndpointId">Where it goes.</param>
/// <param name="EventId">The event; its deliveries to other endpoints have the same.</param>
/// <param name="EventType">What happened.</param>
/// <param name="Status">One of <see cref="DeliveryStatus"/>.</param>
/// <param name="CreatedAt">Unix seconds.</param>
/// <param name="DeliveredAt">Unix seconds of the answer, or null.</param>
/// <param name="NextAttemptAt">Unix seconds; null when none is to come.</param>
/// <param name="AttemptCount">Requests so far.</param>
/// <param name="LastStatusCode">What the last one was answered, or null.</param>
/// <param name="LastError">Why the last one failed, or null.</param>
internal sealed record DeliveryResource(
    string Id,
    [property: JsonPropertyName("object")] string Kind,
    string WebhookEndpointId,
    string EventId,
    string EventType,
    string Status,
    long CreatedAt,
    long? DeliveredAt,
    long? NextAttemptAt,
    int AttemptCount,
    int? LastStatusCode,
    string? LastError)
{
    /// <summary>What was sent, byte for byte; only where one delivery is asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Body { get; init; }

    /// <summary>The requests, newest first, at most 100; only where one delivery is asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<AttemptResource>? Attempts { get; init; }

    public static DeliveryResource From(DeliveryRow row) => new(
        row.Id,
        "webhook_delivery",
        row.EndpointId,
        row.EventId,
        row.EventType,
        row.Status,
        row.CreatedAt.ToUnixTimeSeconds(),
        row.DeliveredAt?.ToUnixTimeSeconds(),
        row.NextAttemptAt?.ToUnixTimeSeconds(),
        row.Attempts,
        row.StatusCode,
        row.Error);
}

/// <summary>One request of a delivery.</summary>
/// <param name="Number">Rises with each; one that nobody lived to write down is missing.</param>
/// <param name="SentAt">Unix seconds, the request's <c>webhook-timestamp</c>.</param>
/// <param name="DurationMs">Milliseconds until the answer, or until it was given up.</param>
/// <param name="StatusCode">What the endpoint answered, or null.</param>
/// <param name="Error">One of <see cref="SendError"/>, or null for a success.</param>
/// <param name="ResponseBody">The first 1024 bytes of the answer, or why the URL is not fetched.</param>
internal sealed record AttemptResource(
    int Number, long SentAt, int DurationMs, int? StatusCode, string? Error, string? ResponseBody);
