using System.Text.Json.Serialization;

namespace Sora.WebhookService.Endpoints;

/// <summary>An endpoint as clients see it: the official SDK's members, and one object with what is ours.</summary>
internal record EndpointResource(
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

/// <summary>The same with its new secret: the answer to a create and to a rotation, and to nothing else.</summary>
internal sealed record EndpointWithSecret : EndpointResource
{
    public EndpointWithSecret(WebhookEndpoint endpoint, NewSecret secret)
        : base(From(endpoint))
    {
        SigningSecret = secret.Text;
    }

    public string SigningSecret { get; }
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
