using Sora.Upstreams.Tests.Servers;

namespace Sora.Upstreams.Tests;

public sealed class LookTests
{
    [Fact]
    public async Task A_rendering_video_is_seen_with_its_progress()
    {
        await using var server = await StubServer.StartAsync(
            200,
            """
            {"id":"video_1","status":"in_progress","progress":33,"created_at":1758941485,"model":"sora-2",
             "prompt":"A red kite","size":"1280x720","seconds":"8","error":null}
            """);
        await using var configured = new Configured(server.BaseUrl);

        var seen = Assert.IsType<LookOutcome.Seen>(await configured.GetAsync());

        Assert.Equal(
            new UpstreamVideo(
                "video_1", UpstreamStatus.InProgress, 33, null, null,
                DateTimeOffset.FromUnixTimeSeconds(1758941485), "sora-2", "A red kite", "1280x720", "8"),
            seen.Video);
        var request = Assert.Single(server.Requests);
        Assert.Equal(("GET", "/v1/videos/video_1"), (request.Method, request.Target));
    }

    [Theory]
    [InlineData("openai", "queued", UpstreamStatus.Queued)]
    [InlineData("openai", "in_progress", UpstreamStatus.InProgress)]
    [InlineData("openai", "completed", UpstreamStatus.Completed)]
    [InlineData("openai", "failed", UpstreamStatus.Failed)]
    [InlineData("openai", "processing", UpstreamStatus.Unknown)]
    [InlineData("generic", "NOT_START", UpstreamStatus.Queued)]
    [InlineData("generic", "SUBMITTED", UpstreamStatus.Queued)]
    [InlineData("generic", "processing", UpstreamStatus.InProgress)]
    [InlineData("generic", "SUCCESS", UpstreamStatus.Completed)]
    [InlineData("generic", "cancelled", UpstreamStatus.Failed)]
    [InlineData("generic", "FAILURE", UpstreamStatus.Failed)]
    [InlineData("generic", "levitating", UpstreamStatus.Unknown)]
    public async Task A_status_word_means_what_the_dialect_says(string dialect, string word, UpstreamStatus status)
    {
        await using var server = await StubServer.StartAsync(200, $$"""{"id":"video_1","status":"{{word}}"}""");
        await using var configured = new Configured(server.BaseUrl, dialect);

        Assert.Equal(status, Assert.IsType<LookOutcome.Seen>(await configured.GetAsync()).Video.Status);
    }

    [Theory]
    [InlineData("""{"code":"moderation_blocked","message":"Blocked."}""", "moderation_blocked", "Blocked.")]
    [InlineData("""{"code":500,"message":"Out of memory."}""", null, "Out of memory.")]
    [InlineData("""{"code":500,"type":"InternalServerError","message":"Oh."}""", "InternalServerError", "Oh.")]
    [InlineData("""{"message":"Worker died."}""", null, "Worker died.")]
    [InlineData("\"Engine error\"", null, "Engine error")]
    [InlineData("null", null, null)]
    [InlineData("[]", null, null)]
    [InlineData("17", null, "17")]
    public async Task A_failed_video_tells_its_error_in_any_known_shape(string error, string? code, string? message)
    {
        await using var server = await StubServer.StartAsync(
            200, $$"""{"id":"video_1","status":"failed","error":{{error}}}""");
        await using var configured = new Configured(server.BaseUrl);

        var video = Assert.IsType<LookOutcome.Seen>(await configured.GetAsync()).Video;

        Assert.Equal((UpstreamStatus.Failed, code, message), (video.Status, video.ErrorCode, video.ErrorMessage));
    }

    [Theory]
    [InlineData(404)]
    [InlineData(410)]
    public async Task A_video_that_the_upstream_does_not_know_is_missing(int status)
    {
        await using var server = await StubServer.StartAsync(status, """{"error":{"message":"Not found."}}""");
        await using var configured = new Configured(server.BaseUrl);

        Assert.IsType<LookOutcome.Missing>(await configured.GetAsync());
    }

    [Theory]
    [InlineData(401, "credential_refused")]
    [InlineData(403, "credential_refused")]
    [InlineData(400, "http_400")]
    [InlineData(429, "rate_limited")]
    [InlineData(500, "http_500")]
    [InlineData(302, "http_302")]
    public async Task Any_other_status_says_nothing_about_the_video(int status, string reason)
    {
        await using var server = await StubServer.StartAsync(status, "{}", ("Retry-After", "3"));
        await using var configured = new Configured(server.BaseUrl);

        Assert.Equal(
            new LookOutcome.Unavailable(reason, TimeSpan.FromSeconds(3)), await configured.GetAsync());
    }

    [Fact]
    public async Task An_answer_about_another_video_is_not_taken()
    {
        await using var server = await StubServer.StartAsync(200, """{"id":"video_2","status":"completed"}""");
        await using var configured = new Configured(server.BaseUrl);

        Assert.Equal(
            new LookOutcome.Unavailable(UpstreamFaults.AnswerUnreadable, null), await configured.GetAsync());
    }

    [Fact]
    public async Task A_silent_upstream_is_unavailable_in_time()
    {
        await using var server = new RawServer(connection => connection.HangAsync());
        await using var configured = new Configured(server.BaseUrl, settings: [("LookTimeout", "00:00:00.2")]);

        Assert.Equal(new LookOutcome.Unavailable(UpstreamFaults.TimedOut, null), await configured.GetAsync());
        Assert.False(await configured.DeleteAsync());
    }

    [Fact]
    public async Task A_cancelled_look_is_a_cancellation()
    {
        using var shutdown = new CancellationTokenSource();
        await using var server = new RawServer(async connection =>
        {
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{");
            await shutdown.CancelAsync();
            await connection.HangAsync();
        });
        await using var configured = new Configured(server.BaseUrl);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => configured.Upstream.GetAsync(Configured.Credential, "video_1", shutdown.Token));
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(204, true)]
    [InlineData(404, true)]
    [InlineData(400, false)]
    [InlineData(409, false)]
    [InlineData(500, false)]
    public async Task A_delete_is_done_when_the_video_is_gone(int status, bool done)
    {
        await using var server = await StubServer.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });
        await using var configured = new Configured(server.BaseUrl);

        Assert.Equal(done, await configured.DeleteAsync());
        var request = Assert.Single(server.Requests);
        Assert.Equal(("DELETE", "/v1/videos/video_1"), (request.Method, request.Target));
    }
}
