using System.Net.Http.Headers;
using Sora.Gateway.Tests.Harness;
using Xunit;

namespace Sora.Gateway.Tests;

/// <summary>How much a request may carry.</summary>
public sealed class BodyLimitTests(Edge edge)
{
    private const int KiB = 1024;

    [Theory]
    [InlineData("/v1/videos", 28 * KiB * KiB)]
    [InlineData("/v1/videos/video_1/remix", 256 * KiB)]
    [InlineData("/webhooks/simulator", 64 * KiB)]
    public async Task Each_route_takes_its_limit_and_not_a_byte_more(string path, int limit)
    {
        Assert.Equal(limit - 1, (await PostAsync(path, limit - 1)).Length);
        Assert.Equal(limit, (await PostAsync(path, limit)).Length);
        Assert.Equal((413, "request_too_large"), (await PostAsync(path, limit + 1)).Refusal);
    }

    [Theory]
    [InlineData("/v1/videos/video_1/remix", 256 * KiB)]
    [InlineData("/webhooks/simulator", 64 * KiB)]
    public async Task A_body_of_unknown_length_is_cut_off_at_the_limit(string path, int limit)
    {
        // Kestrel counts the chunks' own framing too.
        Assert.Equal(limit - KiB, (await PostAsync(path, limit - KiB, isChunked: true)).Length);
        Assert.Equal((413, "request_too_large"), (await PostAsync(path, limit + 1, isChunked: true)).Refusal);
    }

    [Fact]
    public async Task An_announced_giant_is_refused_before_a_byte_of_it_is_read()
    {
        var answer = await RawHttp.ExchangeAsync(
            edge.Address,
            $"POST /v1/videos HTTP/1.1\r\nHost: sora\r\nConnection: close\r\nAuthorization: Bearer {edge.Key}\r\n"
            + "Content-Length: 99999999999\r\n\r\n");

        Assert.Equal(413, RawHttp.Status(answer));
        Assert.Contains("99999999999 bytes, where at most 29360128 are accepted", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br, gzip")]
    [InlineData("identity")]
    public async Task Compressed_bodies_are_refused(string encoding)
    {
        using var request = edge.Request(HttpMethod.Post, "/v1/videos");
        request.Content = new ByteArrayContent([1, 2, 3]);
        request.Content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        using var answer = await edge.SendAsync(request);

        Assert.Equal("unsupported_media_type", (await answer.ErrorAsync(415)).Code);
    }

    private async Task<(long Length, (int Status, string? Code) Refusal)> PostAsync(
        string path, int length, bool isChunked = false)
    {
        using var request = edge.Request(HttpMethod.Post, path);
        request.Content = new ByteArrayContent(new byte[length])
        {
            Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
        };
        request.Headers.TransferEncodingChunked = isChunked;
        using var answer = await edge.SendAsync(request);
        return answer.IsSuccessStatusCode
            ? ((await answer.SeenAsync()).Length, default)
            : (0, ((int)answer.StatusCode, (await answer.ErrorAsync((int)answer.StatusCode)).Code));
    }
}
