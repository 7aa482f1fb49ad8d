using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Sora.TestServers;

/// <summary>
/// The part of RabbitMQ's management HTTP API that tests need: far cheaper than rabbitmqctl, which starts an
/// Erlang of its own.
/// </summary>
/// <param name="address">The API's root with user and password.</param>
public sealed class RabbitMqManagement(Uri address) : IDisposable
{
    private readonly HttpClient _http = new()
    {
        BaseAddress = new Uri(address.GetLeftPart(UriPartial.Path).Replace(address.UserInfo + "@", "")),
        DefaultRequestHeaders =
        {
            Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(address.UserInfo))),
        },
    };

    /// <summary>Whether the broker has started and takes connections on a port.</summary>
    public async Task<bool> IsListeningAsync(int port, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _http.GetAsync($"api/health/checks/port-listener/{port}", cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>Makes a virtual host in which <c>guest</c> may do everything.</summary>
    public async Task CreateVirtualHostAsync(string name, CancellationToken cancellationToken)
    {
        using var host = await _http.PutAsJsonAsync($"api/vhosts/{name}", new { }, cancellationToken);
        host.EnsureSuccessStatusCode();
        using var permission = await _http.PutAsJsonAsync(
            $"api/permissions/{name}/guest", new { configure = ".*", write = ".*", read = ".*" }, cancellationToken);
        permission.EnsureSuccessStatusCode();
    }

    /// <summary>Deletes a virtual host with everything in it; its connections are closed.</summary>
    public async Task DeleteVirtualHostAsync(string name, CancellationToken cancellationToken)
    {
        using var answer = await _http.DeleteAsync($"api/vhosts/{name}", cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>How many messages lie in each queue, delivered but unsettled ones included.</summary>
    public async Task<IReadOnlyDictionary<string, long>> CountMessagesAsync(CancellationToken cancellationToken)
    {
        // Without the statistics, which are some seconds old.
        var queues = await _http.GetFromJsonAsync<JsonElement>(
            "api/queues?disable_stats=true&enable_queue_totals=true", cancellationToken);
        return queues.EnumerateArray().ToDictionary(
            queue => $"{queue.GetProperty("vhost")}/{queue.GetProperty("name")}",
            queue => queue.TryGetProperty("messages", out var count) ? count.GetInt64() : 0);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();
}
