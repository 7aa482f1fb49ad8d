using Sora.Gateway.Tests.Harness;
using Xunit;

namespace Sora.Gateway.Tests;

/// <summary>Requests that two servers in a row could take for different ones.</summary>
public sealed class FramingTests(Edge edge)
{
    [Theory]
    [InlineData("POST / HTTP/1.1", "Content-Length: 3\r\nTransfer-Encoding: chunked", "0\r\n\r\n")]
    [InlineData("POST / HTTP/1.1", "Transfer-Encoding: chunked\r\nContent-Length: 3", "0\r\n\r\n")]
    [InlineData("POST / HTTP/1.1", "Transfer-Encoding: identity, chunked", "0\r\n\r\n")]
    [InlineData("POST / HTTP/1.1", "Transfer-Encoding: chunked, chunked", "0\r\n\r\n")]
    [InlineData("POST / HTTP/1.1", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "0\r\n\r\n")]
    [InlineData("POST / HTTP/1.1", "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked", "0\r\n\r\n")]
    [InlineData("POST / HTTP/1.0", "Transfer-Encoding: chunked", "0\r\n\r\n")]
    [InlineData("POST / HTTP/1.1", "Transfer-Encoding: xchunked", "0\r\n\r\n")]
    [InlineData("POST / HTTP/1.1", "Transfer-Encoding: chunked, identity", "0\r\n\r\n")]
    [InlineData("POST / HTTP/1.1", "Transfer-Encoding : chunked", "0\r\n\r\n")]
    [InlineData("POST / HTTP/1.1", "Content-Length: 3\r\nContent-Length: 3", "abc")]
    [InlineData("POST / HTTP/1.1", "Content-Length: 3, 3", "abc")]
    [InlineData("POST / HTTP/1.1", "Content-Length: 0x3", "abc")]
    [InlineData("POST / HTTP/1.1", "Content-Length: -3", "abc")]
    [InlineData("POST / HTTP/1.1", "Host: other\r\nContent-Length: 0", "")]
    [InlineData("GET / HTTP/1.1", "Content-Length: 3", "abc")]
    [InlineData("GET / HTTP/1.1", "Transfer-Encoding: chunked", "0\r\n\r\n")]
    [InlineData("HEAD / HTTP/1.1", "Content-Length: 3", "abc")]
    [InlineData("TRACE / HTTP/1.1", "Accept: */*", "")]
    public async Task A_doubtful_request_is_refused_and_its_connection_closed(string start, string headers, string body)
    {
        var requestLine = start.Replace(" / ", " /v1/videos ", StringComparison.Ordinal);

        // Were the connection kept, the request behind would be answered too.
        var answer = await RawHttp.ExchangeAsync(
            edge.Address,
            $"{requestLine}\r\nHost: sora\r\nAuthorization: Bearer {edge.Key}\r\n{headers}\r\n\r\n{body}"
            + "GET /smuggled HTTP/1.1\r\nHost: sora\r\n\r\n");

        Assert.Equal(400, RawHttp.Status(answer));
        Assert.DoesNotContain("smuggled", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Content-Length: 3", "abc", 3)]
    [InlineData("Transfer-Encoding: chunked", "3\r\nabc\r\n0\r\n\r\n", 3)]
    [InlineData("Transfer-Encoding: Chunked", "3\r\nabc\r\n0\r\n\r\n", 3)]
    [InlineData("Content-Length: +3", "abc", 3)]
    [InlineData("Accept: */*", "", 0)]
    public async Task What_passes_reaches_the_service_in_one_plain_form(string headers, string body, int length)
    {
        var answer = await RawHttp.ExchangeAsync(
            edge.Address,
            $"POST /v1/videos HTTP/1.1\r\nHost: sora\r\nConnection: close\r\nAuthorization: Bearer {edge.Key}\r\n"
            + $"{headers}\r\n\r\n{body}");

        Assert.Equal(200, RawHttp.Status(answer));
        Assert.Contains($"\"length\":{length},", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("+3", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "h2c", 200)]
    [InlineData("GET", "websocket", 200)]
    [InlineData("POST", "websocket", 400)]
    [InlineData("DELETE", "h2c", 400)]
    public async Task An_offer_to_change_protocols_is_ignored_where_it_can_be(
        string method, string protocol, int status)
    {
        var answer = await RawHttp.ExchangeAsync(
            edge.Address,
            $"{method} /v1/videos/video_1 HTTP/1.1\r\nHost: sora\r\nAuthorization: Bearer {edge.Key}\r\n"
            + $"Connection: upgrade, close\r\nUpgrade: {protocol}\r\n\r\n");

        Assert.Equal(status, RawHttp.Status(answer));
        Assert.DoesNotContain("upgrade", answer.ToLowerInvariant(), StringComparison.Ordinal);
    }
}
