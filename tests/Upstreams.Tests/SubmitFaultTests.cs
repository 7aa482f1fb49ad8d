using System.Net;
using System.Net.Sockets;
using Sora.Upstreams.Tests.Servers;

namespace Sora.Upstreams.Tests;

/// <summary>
/// Faults of the network, with real sockets: what surely did not arrive is put off, the rest is ambiguous.
/// </summary>
public sealed class SubmitFaultTests
{
    private const string Queued = """{"id":"video_1","status":"queued"}""";

    private static readonly (string, string)[] Impatient = [("SubmitTimeout", "00:00:01")];

    [Fact]
    public async Task A_refused_connection_is_put_off()
    {
        using var closed = new Socket(SocketType.Stream, ProtocolType.Tcp);
        closed.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)closed.LocalEndPoint!).Port;
        await using var configured = new Configured(new Uri($"http://127.0.0.1:{port}/v1"));

        Assert.Equal(new SubmitOutcome.PutOff(UpstreamFaults.ConnectFailed, null), await configured.SubmitAsync());
    }

    [Fact]
    public async Task An_unknown_host_is_put_off()
    {
        await using var configured = new Configured(new Uri("http://nowhere.invalid/v1"));

        Assert.Equal(new SubmitOutcome.PutOff(UpstreamFaults.NameUnresolved, null), await configured.SubmitAsync());
    }

    [Fact]
    public async Task A_failed_handshake_is_put_off()
    {
        using var plain = new TcpListener(IPAddress.Loopback, 0);
        plain.Start();
        var answering = AnswerInPlainTextAsync(plain);
        var port = ((IPEndPoint)plain.LocalEndpoint).Port;
        await using var configured = new Configured(new Uri($"https://127.0.0.1:{port}/v1"));

        Assert.Equal(new SubmitOutcome.PutOff(UpstreamFaults.TlsFailed, null), await configured.SubmitAsync());
        await answering;
    }

    [Fact]
    public async Task A_handshake_that_never_ends_is_put_off()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var port = ((IPEndPoint)silent.LocalEndpoint).Port;
        await using var configured = new Configured(new Uri($"https://127.0.0.1:{port}/v1"), settings: Impatient);

        Assert.Equal(new SubmitOutcome.PutOff(UpstreamFaults.TimedOut, null), await configured.SubmitAsync());
    }

    [Theory]
    [InlineData("reset")]
    [InlineData("close")]
    [InlineData("half a status line")]
    [InlineData("half a body")]
    [InlineData("half a chunked body")]
    [InlineData("not HTTP")]
    public async Task A_connection_lost_after_the_request_is_ambiguous_and_sent_once(string fault)
    {
        await using var server = new RawServer(connection => BreakAsync(connection, fault));
        await using var configured = new Configured(server.BaseUrl);

        Assert.IsType<SubmitOutcome.Ambiguous>(await configured.SubmitAsync());
        Assert.Equal(1, server.Requests);
    }

    [Theory]
    [InlineData("reset")]
    [InlineData("close")]
    public async Task A_pooled_connection_that_dies_on_the_request_is_ambiguous_and_sent_once(string fault)
    {
        await using var server = new RawServer(connection =>
            connection.Number == 1 ? connection.AnswerAsync(Queued) : BreakAsync(connection, fault));
        await using var configured = new Configured(server.BaseUrl);
        Assert.IsType<SubmitOutcome.Accepted>(await configured.SubmitAsync());

        Assert.Equal(
            new SubmitOutcome.Ambiguous(UpstreamFaults.ConnectionLost), await configured.SubmitAsync());
        Assert.Equal(2, server.Requests);
    }

    [Fact]
    public async Task A_remix_whose_answer_is_lost_is_ambiguous_and_sent_once()
    {
        await using var server = new RawServer(connection => BreakAsync(connection, "close"));
        await using var configured = new Configured(server.BaseUrl);

        Assert.IsType<SubmitOutcome.Ambiguous>(
            await configured.SubmitAsync(Configured.Submission with { RemixOf = "video_0" }));
        Assert.Equal(1, server.Requests);
    }

    [Fact]
    public async Task A_reset_while_the_image_is_still_leaving_is_ambiguous()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var resetting = ResetAfterSomeBytesAsync(listener);
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        await using var configured = new Configured(new Uri($"http://127.0.0.1:{port}/v1"));
        var image = new ReferenceImage("image/png", new byte[16 * 1024 * 1024]);

        Assert.IsType<SubmitOutcome.Ambiguous>(
            await configured.SubmitAsync(Configured.Submission with { Reference = image }));
        await resetting;
    }

    [Fact]
    public async Task An_answer_that_never_comes_is_ambiguous()
    {
        await using var server = new RawServer(connection => connection.HangAsync());
        await using var configured = new Configured(server.BaseUrl, settings: Impatient);

        Assert.Equal(new SubmitOutcome.Ambiguous(UpstreamFaults.TimedOut), await configured.SubmitAsync());
        Assert.Equal(1, server.Requests);
    }

    [Fact]
    public async Task An_accepted_answer_whose_body_never_comes_is_ambiguous()
    {
        await using var server = new RawServer(async connection =>
        {
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"id\":");
            await connection.HangAsync();
        });
        await using var configured = new Configured(server.BaseUrl, settings: Impatient);

        Assert.Equal(new SubmitOutcome.Ambiguous(UpstreamFaults.TimedOut), await configured.SubmitAsync());
    }

    [Fact]
    public async Task A_refusal_counts_even_when_its_body_never_comes()
    {
        await using var server = new RawServer(async connection =>
        {
            await connection.SendAsync("HTTP/1.1 400 Bad Request\r\nContent-Length: 100\r\n\r\n{\"error\":");
            await connection.HangAsync();
        });
        await using var configured = new Configured(server.BaseUrl, settings: Impatient);

        Assert.IsType<SubmitOutcome.Refused>(await configured.SubmitAsync());
    }

    [Fact]
    public async Task A_shutdown_while_the_answer_is_awaited_is_ambiguous()
    {
        using var shutdown = new CancellationTokenSource();
        await using var server = new RawServer(async connection =>
        {
            await shutdown.CancelAsync();
            await connection.HangAsync();
        });
        await using var configured = new Configured(server.BaseUrl);

        var outcome = await configured.Upstream.SubmitAsync(
            Configured.Credential, Configured.Submission, shutdown.Token);

        Assert.Equal(new SubmitOutcome.Ambiguous(UpstreamFaults.Cancelled), outcome);
    }

    [Fact]
    public async Task A_shutdown_before_the_request_is_put_off()
    {
        await using var server = new RawServer(connection => connection.AnswerAsync(Queued));
        await using var configured = new Configured(server.BaseUrl);

        var outcome = await configured.Upstream.SubmitAsync(
            Configured.Credential, Configured.Submission, new CancellationToken(canceled: true));

        Assert.Equal(new SubmitOutcome.PutOff(UpstreamFaults.Cancelled, null), outcome);
        Assert.Equal(0, server.Requests);
    }

    private static async Task BreakAsync(RawConnection connection, string fault)
    {
        switch (fault)
        {
            case "half a status line":
                await connection.SendAsync("HTTP/1.1 20");
                break;
            case "half a body":
                await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"id\":\"video_1\"");
                break;
            case "half a chunked body":
                await connection.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n22\r\n" + Queued);
                break;
            case "not HTTP":
                await connection.SendAsync("220 mail.example.com ESMTP\r\n");
                break;
            case "reset":
                connection.Reset();
                return;
        }

        connection.Close();
    }

    private static async Task AnswerInPlainTextAsync(TcpListener listener)
    {
        using var socket = await listener.AcceptSocketAsync();
        await socket.SendAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());
    }

    private static async Task ResetAfterSomeBytesAsync(TcpListener listener)
    {
        using var socket = await listener.AcceptSocketAsync();
        await socket.ReceiveAsync(new byte[64 * 1024]);
        socket.LingerState = new LingerOption(enable: true, seconds: 0);
    }
}
