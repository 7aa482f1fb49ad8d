using System.Net;
using System.Net.Sockets;
using System.Text;
using Sora.Gateway.Tests.Harness;
using Sora.TestServers.Processes;
using Xunit;

namespace Sora.Gateway.Tests;

/// <summary>A service that is away, or goes away in the middle.</summary>
public sealed class LostServiceTests(Edge edge)
{
    [Fact]
    public async Task A_service_that_is_down_is_a_503_that_says_when_to_come_again()
    {
        var gateway = await StartAsync(new Uri($"http://127.0.0.1:{FreePort.Next()}"));
        using var answer = await GetAsync(gateway, "/v1/videos");
        var error = await answer.ErrorAsync(503);

        Assert.Equal(("server_error", "service_unavailable"), (error.Type, error.Code));
        Assert.InRange(int.Parse(answer.Header("Retry-After")), 1, 60);
    }

    [Theory]
    [InlineData("POST", "/v1/videos", false)]
    [InlineData("POST", "/v1/videos", true)]
    [InlineData("DELETE", "/v1/videos/video_1", false)]
    [InlineData("POST", "/v1/videos/video_1/remix", false)]
    public async Task A_command_is_sent_once_even_when_the_service_dies_over_it(
        string method, string path, bool hasBody)
    {
        using var service = new DyingService();
        var gateway = await StartAsync(service.Address);
        using var warmUp = await GetAsync(gateway, "/v1/videos/video_warm");
        Assert.True(warmUp.IsSuccessStatusCode);

        // A client's library would announce an empty body where it sends none.
        var answer = await RawHttp.ExchangeAsync(
            gateway.Address,
            $"{method} {path} HTTP/1.1\r\nHost: sora\r\nConnection: close\r\nAuthorization: Bearer {Key(gateway)}\r\n"
            + (hasBody ? "Content-Length: 2\r\n\r\n{}" : "\r\n"));

        Assert.Equal(503, RawHttp.Status(answer));
        Assert.Equal(1, service.Count($"{method} {path} "));
    }

    [Fact]
    public async Task Without_RabbitMQ_and_Redis_requests_are_served_and_audit_entries_wait()
    {
        var settings = await edge.NewSettingsAsync();
        settings["ConnectionStrings:rabbitmq"] = $"amqp://guest:guest@127.0.0.1:{FreePort.Next()}/";
        settings["ConnectionStrings:redis"] = $"127.0.0.1:{FreePort.Next()}";
        var gateway = edge.Start(settings);
        using var forwarded = await GetAsync(gateway, "/v1/videos");
        using var health = await GetAsync(gateway, "/health");
        using var request = edge.Request(HttpMethod.Post, "/v1/organization", Key(gateway));
        request.RequestUri = new Uri(gateway.Address, "/v1/organization");
        request.Content = JsonContent.Create(new { name = "Renamed" });
        using var changed = await edge.SendAsync(request);

        Assert.Equal(
            [200, 200, 200], new[] { forwarded, health, changed }.Select(answer => (int)answer.StatusCode));
        Assert.Equal(1, await edge.QueryAsync<long>(
            "select count(*) from outbox where body->>'action' = 'organization.updated'",
            database: settings["ConnectionStrings:identitydb"]));
    }

    private async Task<GatewayHost> StartAsync(Uri videoService)
    {
        var settings = await edge.NewSettingsAsync();
        settings["services:video-service:http:0"] = videoService.AbsoluteUri;
        return edge.Start(settings);
    }

    private static string Key(GatewayHost gateway) =>
        File.ReadAllText(gateway.Settings["Gateway:FirstKeyFile"]!).Trim();

    private async Task<HttpResponseMessage> GetAsync(GatewayHost gateway, string path)
    {
        using var request = edge.Request(HttpMethod.Get, path, Key(gateway));
        request.RequestUri = new Uri(gateway.Address, path);
        return await edge.SendAsync(request);
    }

    /// <summary>
    /// Answers the first request of a connection, reads the next and closes: what HttpClient resends after.
    /// </summary>
    private sealed class DyingService : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly List<string> _requests = [];

        public DyingService()
        {
            _listener.Start();
            _ = AcceptAsync();
        }

        public Uri Address => new($"http://{_listener.LocalEndpoint}");

        public int Count(string start)
        {
            lock (_requests)
            {
                return _requests.Count(request => request.StartsWith(start, StringComparison.Ordinal));
            }
        }

        public void Dispose() => _listener.Dispose();

        private async Task AcceptAsync()
        {
            while (_listener.Server.IsBound)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync());
            }
        }

        private async Task ServeAsync(TcpClient client)
        {
            using (client)
            {
                var stream = client.GetStream();
                while (await ReadAsync(stream) is { Length: > 0 } request)
                {
                    lock (_requests)
                    {
                        _requests.Add(request);
                    }

                    if (!request.StartsWith("GET", StringComparison.Ordinal))
                    {
                        return;
                    }

                    await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"u8.ToArray());
                }
            }
        }

        // Until a request is complete: here, its head and the two bytes of a body at most.
        private static async Task<string> ReadAsync(NetworkStream stream)
        {
            var buffer = new byte[16 * 1024];
            var text = "";
            do
            {
                var count = await stream.ReadAsync(buffer);
                if (count == 0)
                {
                    return text;
                }

                text += Encoding.ASCII.GetString(buffer, 0, count);
            }
            while (!text.EndsWith("\r\n\r\n", StringComparison.Ordinal)
                && !text.EndsWith("{}", StringComparison.Ordinal));
            return text;
        }
    }
}
