using System.Text.Json;
using System.Text.RegularExpressions;
using Sora.ServiceDefaults;

namespace Sora.WebhookService.Inbound;

/// <summary>What is read of an upstream's event; the rest of it is kept, not used.</summary>
/// <param name="Type">What happened, for example <c>video.completed</c>.</param>
/// <param name="Data">What it happened to.</param>
internal sealed partial record WebhookEvent(string Type, WebhookEventData Data)
{
    private static readonly JsonSerializerOptions Json = CreateOptions();

    /// <summary>
    /// Reads an event, or says null where the body is none, or names something that cannot be an id or a
    /// type.
    /// </summary>
    public static WebhookEvent? Parse(byte[] body)
    {
        try
        {
            var parsed = JsonSerializer.Deserialize<WebhookEvent>(body, Json);
            return parsed is not null && Types().IsMatch(parsed.Type) && UpstreamIds().IsMatch(parsed.Data.Id)
                ? parsed
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"\A[a-z0-9_.]{1,64}\z")]
    private static partial Regex Types();

    [GeneratedRegex(@"\A[A-Za-z0-9_.:-]{1,128}\z")]
    private static partial Regex UpstreamIds();

    private static JsonSerializerOptions CreateOptions()
    {
        var options = new JsonSerializerOptions
        {
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
        };
        Extensions.ConfigureJson(options);
        return options;
    }
}

/// <param name="Id">The upstream's id of the video.</param>
internal sealed record WebhookEventData(string Id);
