using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Sora.Simulator.Tests;

public sealed class ContentTests(SharedSimulator shared)
{
    private readonly SimulatorHost _simulator = shared.Host;

    [Theory]
    [InlineData("video", "video/mp4", "ftyp", 4)]
    [InlineData("thumbnail", "image/webp", "WEBP", 8)]
    [InlineData("spritesheet", "image/jpeg", "JFIF", 6)]
    public async Task Each_variant_is_what_it_says(string variant, string contentType, string magic, int offset)
    {
        var id = (await _simulator.CreateAndEndAsync("a fox")).Text("id");
        using var answer = await _simulator.DownloadAsync(id, variant);
        var bytes = await answer.Content.ReadAsByteArrayAsync();

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(contentType, answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(bytes.Length, answer.Content.Headers.ContentLength);
        Assert.Equal(magic, Encoding.ASCII.GetString(bytes, offset, 4));
    }

    [Fact]
    public async Task The_index_lies_before_the_data_so_that_playing_starts_at_once()
    {
        var id = (await _simulator.CreateAndEndAsync("a fox")).Text("id");
        using var answer = await _simulator.DownloadAsync(id);
        var text = Encoding.Latin1.GetString(await answer.Content.ReadAsByteArrayAsync());

        var data = text.IndexOf("mdat", StringComparison.Ordinal);
        Assert.InRange(text.IndexOf("moov", StringComparison.Ordinal), 1, data);
    }

    [Fact]
    public async Task A_range_is_the_same_part_of_the_whole()
    {
        var id = (await _simulator.CreateAndEndAsync("a fox")).Text("id");
        using var whole = await _simulator.DownloadAsync(id);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/videos/{id}/content");
        request.Headers.Range = new RangeHeaderValue(100, 199);
        using var part = await _simulator.Client.SendAsync(request);
        var bytes = await whole.Content.ReadAsByteArrayAsync();

        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal(bytes[100..200], await part.Content.ReadAsByteArrayAsync());
        Assert.NotNull(whole.Headers.ETag);
    }

    [Fact]
    public async Task Content_before_completion_is_not_found()
    {
        var id = (await _simulator.CreateAsync("a fox [fault:stuck]")).Text("id");
        using var answer = await _simulator.DownloadAsync(id);
        var error = await answer.ErrorAsync();

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.StartsWith("Video is not ready yet", error.Text("message"), StringComparison.Ordinal);
        Assert.Equal("video_not_ready", error.Text("code"));
    }

    [Fact]
    public async Task A_failed_video_has_no_content()
    {
        var id = (await _simulator.CreateAndEndAsync("a fox [fault:fail-at=10]")).Text("id");
        using var answer = await _simulator.DownloadAsync(id);

        Assert.Equal("video_failed", (await answer.ErrorAsync()).Text("code"));
    }

    [Fact]
    public async Task An_unknown_variant_is_refused()
    {
        var id = (await _simulator.CreateAndEndAsync("a fox")).Text("id");
        using var answer = await _simulator.DownloadAsync(id, "poster");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("variant", (await answer.ErrorAsync()).Text("param"));
    }

    [Fact]
    public async Task Content_expires_and_the_video_stays()
    {
        await using var simulator = SimulatorHost.Start(("ContentLifetime", "00:00:01"));
        var id = (await simulator.CreateAndEndAsync("a fox")).Text("id");
        await Until.TrueAsync(async () =>
        {
            using var answer = await simulator.DownloadAsync(id);
            return answer.StatusCode is HttpStatusCode.NotFound
                && (await answer.ErrorAsync()).Text("code") is "video_expired";
        });

        Assert.Equal("completed", (await simulator.GetAsync($"/v1/videos/{id}")).Text("status"));
    }
}
