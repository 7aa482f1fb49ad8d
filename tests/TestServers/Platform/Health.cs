using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Sora.TestServers.Platform;

/// <summary>Asks a service how it is.</summary>
public static class Health
{
    /// <summary>
    /// Whether everything that the service uses is there. A degraded service works as well, but has perhaps not bound its
    /// queues yet, so that what a test publishes would pass it by.
    /// </summary>
    public static async Task<bool> IsHealthyAsync(this HttpClient service, CancellationToken cancellationToken) =>
        await service.StatusAsync(cancellationToken) == "healthy";

    /// <summary><c>healthy</c>, <c>degraded</c> or <c>unhealthy</c>.</summary>
    public static async Task<string?> StatusAsync(this HttpClient service, CancellationToken cancellationToken)
    {
        using var answer = await service.GetAsync(new Uri("/health", UriKind.Relative), cancellationToken);
        var health = await answer.Content.ReadFromJsonAsync<JsonObject>(cancellationToken);
        return (string?)health?["status"];
    }
}
