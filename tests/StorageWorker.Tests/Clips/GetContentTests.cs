using System.Net;
using System.Security.Cryptography;

namespace Sora.StorageWorker.Tests.Clips;

public sealed class GetContentTests(StorageSystem system)
{
    private static string Sha256 => Convert.ToHexStringLower(SHA256.HashData(Media.Mp4));

    [Fact]
    public async Task The_whole_file_is_answered_as_a_download()
    {
        var clip = await StoredAsync();

        using var answer = await clip.GetContentAsync();

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(Media.Mp4, await answer.Content.ReadAsByteArrayAsync());
        var headers = answer.Content.Headers;
        Assert.Equal("video/mp4", headers.ContentType!.ToString());
        Assert.Equal(Media.Mp4.Length, headers.ContentLength);
        Assert.Equal($"attachment; filename=\"{clip.VideoId}.mp4\"", headers.ContentDisposition!.ToString());
        Assert.NotNull(headers.LastModified);
        Assert.Equal($"\"{Sha256}\"", answer.Headers.ETag!.ToString());
        Assert.Equal("bytes", answer.Headers.AcceptRanges.ToString());
        Assert.True(answer.Headers.CacheControl!.Private);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
    }

    [Theory]
    [InlineData("bytes=0-0", 0, 1)]
    [InlineData("bytes=10-19", 10, 10)]
    [InlineData("bytes=-5", -5, 5)]
    [InlineData("BYTES=3-", 3, -3)]
    [InlineData("bytes=7-999999999999", 7, -7)]
    [InlineData("bytes=-999999999999", 0, 0)]
    public async Task A_range_is_answered_with_its_part(string range, int offset, int length)
    {
        var clip = await StoredAsync();
        offset = offset < 0 ? Media.Mp4.Length + offset : offset;
        length = length <= 0 ? Media.Mp4.Length + length : length;

        using var answer = await clip.GetContentAsync("", ("Range", range));

        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal(Media.Mp4[offset..(offset + length)], await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal(
            $"bytes {offset}-{offset + length - 1}/{Media.Mp4.Length}", answer.Content.Headers.ContentRange!.ToString());
    }

    [Theory]
    [InlineData("bytes=99999999-")]
    [InlineData("bytes=-0")]
    public async Task A_range_beyond_the_end_is_416_and_tells_the_length(string range)
    {
        var clip = await StoredAsync();

        using var answer = await clip.GetContentAsync("", ("Range", range));

        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, answer.StatusCode);
        Assert.Equal($"bytes */{Media.Mp4.Length}", answer.Content.Headers.ContentRange!.ToString());
        Assert.Contains("range_not_satisfiable", await answer.Content.ReadAsStringAsync());
    }

    public static TheoryData<string> OtherRanges =>
    [
        "bytes=0-1,3-4", "bytes=" + string.Join(',', Enumerable.Repeat("0-", 1000)), "items=0-1", "bytes=5-1",
        "bytes=a-b", "bytes", "0-1", "bytes=--1",
    ];

    [Theory]
    [MemberData(nameof(OtherRanges))]
    public async Task What_is_not_one_plain_range_is_answered_with_the_whole_file_once(string range)
    {
        var clip = await StoredAsync();

        using var answer = await clip.GetContentAsync("", ("Range", range));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(Media.Mp4.Length, (await answer.Content.ReadAsByteArrayAsync()).Length);
    }

    [Fact]
    public async Task If_Range_gives_the_part_of_this_file_and_the_whole_of_another()
    {
        var clip = await StoredAsync();
        using var first = await clip.GetContentAsync();
        var date = first.Content.Headers.LastModified!.Value.ToString("R");
        (string IfRange, int Status)[] expected =
        [
            ($"\"{Sha256}\"", 206), (date, 206), ("\"another\"", 200), ($"W/\"{Sha256}\"", 200),
            ("Mon, 01 Jan 2024 00:00:00 GMT", 200), ("nonsense", 200),
        ];

        foreach (var (ifRange, status) in expected)
        {
            using var answer = await clip.GetContentAsync("", ("Range", "bytes=0-3"), ("If-Range", ifRange));
            Assert.True(status == (int)answer.StatusCode, $"{ifRange} was answered with {answer.StatusCode}");
        }
    }

    [Fact]
    public async Task A_caller_who_has_the_file_gets_304()
    {
        var clip = await StoredAsync();
        using var first = await clip.GetContentAsync();
        var date = first.Content.Headers.LastModified!.Value.ToString("R");
        (string Name, string Value, int Status)[] expected =
        [
            ("If-None-Match", $"\"{Sha256}\"", 304), ("If-None-Match", $"W/\"{Sha256}\", \"x\"", 304),
            ("If-None-Match", "*", 304), ("If-None-Match", "\"x\"", 200), ("If-Modified-Since", date, 304),
            ("If-Modified-Since", "Mon, 01 Jan 2024 00:00:00 GMT", 200),
        ];

        foreach (var (name, value, status) in expected)
        {
            using var answer = await clip.GetContentAsync("", (name, value));
            Assert.True(status == (int)answer.StatusCode, $"{name}: {value} was answered with {answer.StatusCode}");
            Assert.Equal($"\"{Sha256}\"", answer.Headers.ETag!.ToString());
        }
    }

    [Theory]
    [InlineData("audio")]
    [InlineData("")]
    [InlineData("../video")]
    [InlineData("video%00")]
    [InlineData("VIDEO")]
    public async Task An_unknown_variant_is_400_and_names_the_allowed_ones(string variant)
    {
        using var answer = await system.NewClip().GetContentAsync($"?variant={variant}");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Contains("Supported values are: 'video', 'thumbnail', and 'spritesheet'.", text);
        Assert.Contains("\"param\":\"variant\"", text);
    }

    [Theory]
    [InlineData("queued", "video_not_ready", "Video is not ready yet")]
    [InlineData("in_progress", "video_not_ready", "Video is not ready yet")]
    [InlineData("completed", "video_expired", "no longer available")]
    public async Task A_clip_that_is_not_here_is_404_with_the_reason(string status, string code, string message)
    {
        var clip = system.NewClip().InVideoService(Answers.Json(200, new { status, error = (object?)null }));

        using var answer = await clip.GetContentAsync();

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Contains($"\"code\":\"{code}\"", text);
        Assert.Contains(message, text);
    }

    [Fact]
    public async Task A_failed_video_is_404_with_its_own_code()
    {
        var clip = system.NewClip().InVideoService(Answers.Json(
            200, new { status = "failed", error = new { code = "moderation_blocked", message = "Blocked." } }));

        using var answer = await clip.GetContentAsync();

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("\"code\":\"moderation_blocked\"", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task An_unknown_video_is_404_not_found()
    {
        var clip = system.NewClip();

        using var answer = await clip.GetContentAsync();

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Contains("\"code\":\"video_not_found\"", text);
        Assert.Contains($"Video with id '{clip.VideoId}' not found.", text);
    }

    [Fact]
    public async Task A_foreign_project_sees_no_video()
    {
        var clip = await StoredAsync();
        var stranger = system.NewClip().Owner;

        using var answer = await system.SendAsync(
            new HttpRequestMessage(HttpMethod.Get, $"v1/videos/{clip.VideoId}/content"), stranger);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("video_not_found", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_sick_VideoService_is_503_and_not_a_wrong_reason()
    {
        var clip = system.NewClip().InVideoService(Answers.Status(500));

        using var answer = await clip.GetContentAsync();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
    }

    [Theory]
    [InlineData("..%2f..%2fetc%2fpasswd")]
    [InlineData("video_%01")]
    [InlineData("a%20b")]
    public async Task A_malformed_id_is_404_without_asking_anybody(string id)
    {
        using var answer = await system.SendAsync(
            new HttpRequestMessage(HttpMethod.Get, $"v1/videos/{id}/content"), system.NewClip().Owner);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Bytes_that_are_gone_from_the_store_are_410_and_never_others()
    {
        var clip = await StoredAsync();
        Directory.Delete(clip.Folder, recursive: true);

        using var answer = await clip.GetContentAsync();

        Assert.Equal(HttpStatusCode.Gone, answer.StatusCode);
        Assert.Contains("asset_lost", await answer.Content.ReadAsStringAsync());
    }

    private async Task<TestClip> StoredAsync()
    {
        var clip = system.NewClip().At("video", Answers.Bytes(Media.Mp4));
        await clip.StoreAsync();
        return clip;
    }
}
