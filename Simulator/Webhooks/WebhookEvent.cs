using System.Security.Cryptography;
using System.Text.Json;
using Sora.Simulator.Faults;
using Sora.Simulator.Videos;

namespace Sora.Simulator.Webhooks;

/// <summary>A thin event: which video, and what happened to it.</summary>
/// <param name="WebhookId">The same over all attempts.</param>
/// <param name="Body">The JSON as sent and signed.</param>
/// <param name="Forged">Signed with a secret that the receiver does not know.</param>
/// <param name="TraceParent">The W3C trace context of the video's create.</param>
internal sealed record WebhookEvent(string WebhookId, string Body, bool Forged, string? TraceParent)
{
    public static WebhookEvent Of(string type, Video video, DateTimeOffset now)
    {
        var body = JsonSerializer.Serialize(
            new
            {
                Id = $"evt_{Hex()}",
                Object = "event",
                CreatedAt = now.ToUnixTimeSeconds(),
                Type = type,
                Data = new { video.Id },
            },
            SimulatorJson.Options);
        return new WebhookEvent($"wh_{Hex()}", body, video.Faults.Has(FaultKind.WebhookForged), video.TraceParent);
    }

    private static string Hex() => RandomNumberGenerator.GetHexString(32, lowercase: true);
}
