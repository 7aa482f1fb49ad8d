using System.Security.Cryptography;
using Sora.Upstreams.Tests.Servers;

namespace Sora.Upstreams.Tests;

public sealed class ContentTests
{
    private static readonly (string, string)[] Impatient = [("ContentTimeout", "00:00:00.2")];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("video", "video/mp4")]
    [InlineData("thumbnail", "image/webp")]
    [InlineData("spritesheet", "image/jpeg")]
    public async Task A_variant_arrives_byte_for_byte(string variant, string contentType)
    {
        var bytes = RandomNumberGenerator.GetBytes(3_000_000);
        await using var server = await StubServer.StartAsync(async context =>
        {
            context.Response.ContentType = contentType;
            context.Response.ContentLength = bytes.Length;
            await context.Response.Body.WriteAsync(bytes);
        });
        await using var configured = new Configured(server.BaseUrl);

        await using var opened = Assert.IsType<ContentOutcome.Opened>(await configured.OpenAsync(variant));
        using var copy = new MemoryStream();
        await opened.Body.CopyToAsync(copy, Token);

        Assert.Equal(bytes, copy.ToArray());
        Assert.Equal((bytes.Length, contentType), (opened.Length, opened.ContentType));
        Assert.Equal($"/v1/videos/video_1/content?variant={variant}", Assert.Single(server.Requests).Target);
    }

    [Fact]
    public async Task Bytes_can_be_read_while_the_rest_is_still_to_come()
    {
        var more = new TaskCompletionSource();
        await using var server = await StubServer.StartAsync(async context =>
        {
            context.Response.ContentType = "video/mp4";
            await context.Response.Body.WriteAsync("first"u8.ToArray());
            await context.Response.Body.FlushAsync();
            await more.Task;
            await context.Response.Body.WriteAsync("second"u8.ToArray());
        });
        await using var configured = new Configured(server.BaseUrl);

        await using var opened = Assert.IsType<ContentOutcome.Opened>(await configured.OpenAsync());
        var first = new byte[5];
        await opened.Body.ReadExactlyAsync(first, Token);
        more.SetResult();
        using var rest = new StreamReader(opened.Body);

        Assert.Equal("first"u8, first);
        Assert.Equal("second", await rest.ReadToEndAsync(Token));
        Assert.Null(opened.Length);
    }

    [Theory]
    [InlineData("Content-Length: 100\r\n\r\nhalf", false)]
    [InlineData("Content-Length: 100\r\n\r\nhalf", true)]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", false)]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", true)]
    public async Task A_truncated_body_fails_instead_of_ending(string answer, bool reset)
    {
        await using var server = new RawServer(async connection =>
        {
            await connection.SendAsync($"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\n{answer}");
            (reset ? (Action)connection.Reset : connection.Close)();
        });
        await using var configured = new Configured(server.BaseUrl);

        var reading = async () =>
        {
            if (await configured.OpenAsync() is ContentOutcome.Opened opened)
            {
                await using var owned = opened;
                await opened.Body.CopyToAsync(Stream.Null, Token);
            }
            else
            {
                // A reset may overtake the headers: then there was nothing to open.
                throw new IOException("Not opened.");
            }
        };

        await Assert.ThrowsAnyAsync<IOException>(reading);
    }

    [Fact]
    public async Task A_body_that_falls_silent_fails()
    {
        await using var server = new RawServer(async connection =>
        {
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nContent-Length: 9\r\n\r\nhalf");
            await connection.HangAsync();
        });
        await using var configured = new Configured(server.BaseUrl, settings: Impatient);

        await using var opened = Assert.IsType<ContentOutcome.Opened>(await configured.OpenAsync());

        await Assert.ThrowsAsync<IOException>(() => opened.Body.CopyToAsync(Stream.Null, Token));
    }

    [Fact]
    public async Task A_slow_body_may_take_longer_than_the_silence_allowed()
    {
        await using var server = await StubServer.StartAsync(async context =>
        {
            context.Response.ContentType = "video/mp4";
            for (var piece = 0; piece < 8; piece++)
            {
                await context.Response.Body.WriteAsync("x"u8.ToArray());
                await context.Response.Body.FlushAsync();
                await Task.Delay(TimeSpan.FromMilliseconds(100), context.RequestAborted);
            }
        });
        await using var configured = new Configured(
            server.BaseUrl, settings: [("ContentTimeout", "00:00:00.5")]);

        await using var opened = Assert.IsType<ContentOutcome.Opened>(await configured.OpenAsync());
        using var copy = new MemoryStream();
        await opened.Body.CopyToAsync(copy, Token);

        Assert.Equal(8, copy.Length);
    }

    [Fact]
    public async Task Disposing_an_unfinished_download_ends_it_at_the_upstream()
    {
        var ended = new TaskCompletionSource();
        await using var server = await StubServer.StartAsync(async context =>
        {
            context.RequestAborted.Register(ended.SetResult);
            context.Response.ContentType = "video/mp4";
            await context.Response.Body.FlushAsync();
            await ended.Task;
        });
        await using var configured = new Configured(server.BaseUrl);
        var opened = Assert.IsType<ContentOutcome.Opened>(await configured.OpenAsync());

        await opened.DisposeAsync();

        await ended.Task.WaitAsync(TimeSpan.FromSeconds(10), Token);
    }

    [Fact]
    public async Task Headers_that_never_come_are_unavailable_in_time()
    {
        await using var server = new RawServer(connection => connection.HangAsync());
        await using var configured = new Configured(server.BaseUrl, settings: Impatient);

        Assert.Equal(
            new ContentOutcome.Unavailable(UpstreamFaults.TimedOut, null), await configured.OpenAsync());
    }

    [Theory]
    [InlineData(404)]
    [InlineData(410)]
    public async Task A_clip_that_is_gone_is_missing(int status)
    {
        await using var server = await StubServer.StartAsync(status, """{"error":{"message":"Expired."}}""");
        await using var configured = new Configured(server.BaseUrl);

        Assert.Equal(new ContentOutcome.Missing($"http_{status}"), await configured.OpenAsync());
    }

    [Fact]
    public async Task JSON_in_place_of_a_clip_is_missing()
    {
        await using var server = await StubServer.StartAsync(200, """{"error":{"message":"Not found"}}""");
        await using var configured = new Configured(server.BaseUrl);

        Assert.Equal(new ContentOutcome.Missing(UpstreamFaults.NotMedia), await configured.OpenAsync());
    }

    [Theory]
    [InlineData("text/html; charset=utf-8", null)]
    [InlineData("video/mp4", "gzip")]
    public async Task A_page_or_a_packed_body_in_place_of_a_clip_is_unavailable(string contentType, string? encoding)
    {
        await using var server = await StubServer.StartAsync(context =>
        {
            context.Response.ContentType = contentType;
            context.Response.Headers.ContentEncoding = encoding;
            return context.Response.WriteAsync("?");
        });
        await using var configured = new Configured(server.BaseUrl);

        Assert.Equal(
            new ContentOutcome.Unavailable(UpstreamFaults.NotMedia, null), await configured.OpenAsync());
    }

    [Theory]
    [InlineData(206, "http_206")]
    [InlineData(302, "http_302")]
    [InlineData(401, "credential_refused")]
    [InlineData(429, "rate_limited")]
    [InlineData(503, "http_503")]
    public async Task Any_other_status_is_unavailable_for_as_long_as_the_upstream_asks(int status, string reason)
    {
        await using var server = await StubServer.StartAsync(status, "", ("Retry-After", "5"));
        await using var configured = new Configured(server.BaseUrl);

        Assert.Equal(
            new ContentOutcome.Unavailable(reason, TimeSpan.FromSeconds(5)), await configured.OpenAsync());
    }

    [Fact]
    public async Task A_variant_that_the_dialect_does_not_offer_is_missing_without_a_request()
    {
        await using var server = await StubServer.StartAsync(200, "");
        await using var configured = new Configured(server.BaseUrl, "generic");

        Assert.Equal(
            new ContentOutcome.Missing(UpstreamFaults.VariantNotOffered), await configured.OpenAsync("thumbnail"));
        Assert.Empty(server.Requests);
    }
}
