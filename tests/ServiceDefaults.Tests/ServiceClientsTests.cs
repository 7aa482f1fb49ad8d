using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Polly.Timeout;
using Sora.ServiceDefaults.Identity;
using Sora.TestServers.Processes;

namespace Sora.ServiceDefaults.Tests;

/// <summary>Calls between services; the service under test is its own callee.</summary>
public sealed class ServiceClientsTests : IAsyncLifetime
{
    private readonly int _port = FreePort.Next();
    private TestService _service = null!;
    private int _calls;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private ServiceClients Clients => _service.Services.GetRequiredService<ServiceClients>();

    public async ValueTask InitializeAsync() =>
        _service = await TestService
            .With(("services:other-service:http:0", $"http://127.0.0.1:{_port}"))
            .Add(builder =>
            {
                builder.AddInternalAuthentication();
                builder.AddServiceClients();
            })
            .StartAsync(app =>
            {
                app.MapGet("/me", (Caller caller) => caller);
                app.MapGet("/fails", () =>
                {
                    Interlocked.Increment(ref _calls);
                    return Results.StatusCode(503);
                });
                app.MapGet("/moved", () => Results.Redirect("/me"));
                app.MapGet("/hangs", (CancellationToken cancellationToken) =>
                {
                    Interlocked.Increment(ref _calls);
                    return Task.Delay(Timeout.Infinite, cancellationToken);
                });
            });

    public async ValueTask DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task A_call_is_signed_for_the_callee_on_behalf_of_the_caller()
    {
        using var answer = await CallAsync("/me");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var caller = (await answer.Content.ReadFromJsonAsync<JsonObject>(Cancelled))!;
        Assert.Equal(("user_bob", "proj_b"), ((string?)caller["user"], (string?)caller["project"]));
    }

    [Fact]
    public async Task A_call_signed_for_another_service_is_not_answered()
    {
        _service.Services.GetRequiredService<IConfiguration>()["services:other-service:http:0"] = _service.Address.ToString();

        using var answer = await CallAsync("/me", "other-service");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task A_bad_answer_is_an_answer()
    {
        using var failed = await CallAsync("/fails");
        using var moved = await CallAsync("/moved");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, failed.StatusCode);
        Assert.Equal(HttpStatusCode.Found, moved.StatusCode);
        Assert.Equal(1, _calls);
    }

    [Fact]
    public async Task A_service_that_comes_back_at_once_is_reached()
    {
        var attempts = 0;
        TcpListener? listener = null;
        var call = Clients.SendAsync(
            "other-service",
            () =>
            {
                if (++attempts == 2)
                {
                    listener = new TcpListener(IPAddress.Loopback, _port);
                    listener.Start();
                }

                return new HttpRequestMessage(HttpMethod.Get, "/");
            },
            TestService.Ann,
            Cancelled);
        await Wait.UntilAsync("it is tried again", _ => Task.FromResult(listener is not null));
        using var connection = await listener!.AcceptTcpClientAsync(Cancelled);
        await connection.GetStream().WriteAsync("HTTP/1.1 204 No Content\r\n\r\n"u8.ToArray(), Cancelled);

        using var answer = await call;
        listener.Dispose();

        Assert.Equal((HttpStatusCode.NoContent, 2), (answer.StatusCode, attempts));
    }

    [Fact]
    public async Task A_service_that_is_away_is_tried_three_times()
    {
        var attempts = 0;

        await Assert.ThrowsAsync<HttpRequestException>(() => Clients.SendAsync(
            "other-service",
            () =>
            {
                attempts++;
                return new HttpRequestMessage(HttpMethod.Get, "/");
            },
            TestService.Ann,
            Cancelled));

        Assert.Equal(3, attempts);
    }

    [Fact]
    public async Task A_service_that_takes_no_connections_is_unreachable_and_not_a_cancellation()
    {
        // A full backlog: the system answers no further attempt to connect.
        using var listener = new TcpListener(IPAddress.Loopback, _port);
        listener.Start(0);
        using var first = new TcpClient();
        await first.ConnectAsync(IPAddress.Loopback, _port, Cancelled);

        var failure = await Assert.ThrowsAsync<HttpRequestException>(() => Clients.SendAsync(
            "other-service", () => new HttpRequestMessage(HttpMethod.Get, "/"), TestService.Ann, Cancelled));

        Assert.Equal(HttpRequestError.ConnectionError, failure.HttpRequestError);
    }

    [Fact]
    public async Task A_request_that_was_read_and_never_answered_is_not_repeated()
    {
        using var listener = new TcpListener(IPAddress.Loopback, _port);
        listener.Start();
        var connections = 0;
        var server = Task.Run(
            async () =>
            {
                while (true)
                {
                    using var connection = await listener.AcceptTcpClientAsync(Cancelled);
                    connections++;
                    await connection.GetStream().ReadAtLeastAsync(new byte[16], 16, cancellationToken: Cancelled);
                }
            },
            Cancelled);

        await Assert.ThrowsAsync<HttpRequestException>(() => Clients.SendAsync(
            "other-service",
            () => new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent("{}") },
            TestService.Ann,
            Cancelled));

        // Stopped while it waits, it is a SocketException; stopped just before, an InvalidOperationException.
        listener.Stop();
        await Assert.ThrowsAnyAsync<Exception>(() => server);
        Assert.Equal(1, connections);
    }

    [Fact]
    public async Task A_service_that_never_answers_is_given_up_after_ten_seconds()
    {
        await Assert.ThrowsAsync<TimeoutRejectedException>(() => CallAsync("/hangs"));

        Assert.Equal(1, _calls);
    }

    private Task<HttpResponseMessage> CallAsync(string path, string service = TestService.Name)
    {
        _service.Services.GetRequiredService<IConfiguration>()[$"services:{TestService.Name}:http:0"] =
            _service.Address.ToString();
        return Clients.SendAsync(
            service, () => new HttpRequestMessage(HttpMethod.Get, path), TestService.Bob, Cancelled);
    }
}
