using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Sora.TestServers.Platform;

/// <summary>Asks a service how it is.</summary>
public static class Health
{
    /// <summary>Whether everything that the service uses is there.</summary>
    public static async Task<bool> IsHealthyAsync(this HttpClient service, CancellationToken cancellationToken) =>
        (string?)(await service.ReadHealthAsync(cancellationToken))?["status"] == "healthy";

    /// <summary>
    /// Whether the service works and its queues are bound, so that nothing that is published passes it by; other things may
    /// be away.
    /// </summary>
    public static async Task<bool> IsBoundAsync(this HttpClient service, CancellationToken cancellationToken)
    {
        var health = await service.ReadHealthAsync(cancellationToken);
        return (string?)health?["status"] != "unhealthy" && (string?)health?["checks"]?["rabbitmq"] == "healthy";
    }

    private static async Task<JsonObject?> ReadHealthAsync(this HttpClient service, CancellationToken cancellationToken)
    {
        using var answer = await service.GetAsync(new Uri("/health", UriKind.Relative), cancellationToken);
        return await answer.Content.ReadFromJsonAsync<JsonObject>(cancellationToken);
    }
}
