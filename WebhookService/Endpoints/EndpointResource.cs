using System.Text.Json.Serialization;

namespace Sora.WebhookService.Endpoints;

/// <summary>An endpoint as clients see it: the official SDK's members, and one object with what is ours.</summary>
/// <param name="Id">Its id, <c>whe_…</c>.</param>
/// <param name="Kind">Always <c>webhook_endpoint</c>.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Url">Where its events are sent.</param>
/// <param name="EventTypes">What it hears of.</param>
/// <param name="CreatedAt">Unix seconds.</param>
/// <param name="UpdatedAt">Unix seconds of the last change of its settings or secret.</param>
/// <param name="SigningSecretHint">The secret's last characters, by which its owner tells it from another.</param>
/// <param name="Sora">What Sora says beyond the protocol.</param>
internal sealed record EndpointResource(
    string Id,
    [property: JsonPropertyName("object")] string Kind,
    string Name,
    string Url,
    IReadOnlyList<string> EventTypes,
    long CreatedAt,
    long UpdatedAt,
    string? SigningSecretHint,
    EndpointResourceExtension Sora)
{
    /// <summary>The secret that signs; only in the answer to a create and to a rotation, and in nothing else.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? SigningSecret { get; init; }

    public static EndpointResource From(WebhookEndpoint endpoint) => new(
        endpoint.Id,
        "webhook_endpoint",
        endpoint.Name,
        endpoint.Url,
        endpoint.EventTypes,
        endpoint.CreatedAt.ToUnixTimeSeconds(),
        endpoint.UpdatedAt.ToUnixTimeSeconds(),
        endpoint.SecretHint,
        EndpointResourceExtension.From(endpoint));
}

/// <summary>What Sora says beyond the protocol.</summary>
/// <param name="Status"><c>enabled</c> or <c>disabled</c>; an update may set it.</param>
/// <param name="DisabledAt">Unix seconds.</param>
/// <param name="DisabledReason"><c>by_user</c>, <c>gone</c> (it answered 410) or <c>failing</c> (for days).</param>
/// <param name="FailingSince">Unix seconds of the first failure since its last success, or null.</param>
internal sealed record EndpointResourceExtension(
    string Status, long? DisabledAt, string? DisabledReason, long? FailingSince)
{
    public const string Enabled = "enabled";
    public const string Disabled = "disabled";

    public static EndpointResourceExtension From(WebhookEndpoint endpoint) => new(
        endpoint.DisabledAt is null ? Enabled : Disabled,
        endpoint.DisabledAt?.ToUnixTimeSeconds(),
        endpoint.DisabledReason,
        endpoint.FailingSince?.ToUnixTimeSeconds());
}
