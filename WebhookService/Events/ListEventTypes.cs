using System.Text.Json.Serialization;

namespace Sora.WebhookService.Events;

/// <summary><c>GET /v1/webhook_event_types</c>: what an endpoint can subscribe to.</summary>
internal static class ListEventTypes
{
    public static IResult Handle() => TypedResults.Ok(new EventTypeList("list", EventTypes.All));
}

/// <summary>The protocol's answer.</summary>
/// <param name="Kind">Always <c>list</c>.</param>
/// <param name="Data">The types.</param>
internal sealed record EventTypeList([property: JsonPropertyName("object")] string Kind, IReadOnlyList<string> Data);
