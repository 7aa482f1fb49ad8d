using System.Text;

namespace Sora.StorageWorker.Tests.Clips;

public sealed class LostClipTests(StorageSystem system)
{
    [Theory]
    [InlineData(404)]
    [InlineData(410)]
    public async Task A_clip_that_is_gone_at_the_upstream_is_lost_after_several_looks(int status)
    {
        var clip = system.NewClip().At("video", Answers.Status(status));
        await system.PublishAsync(clip.Rendered());

        var lost = await system.Announcements.WaitForLostAsync(clip.VideoId);

        Assert.Equal(("asset_lost", 1), (lost.Code, lost.Epoch));
        Assert.Equal(3, clip.DownloadsOf("video"));
        Assert.Equal("lost", await clip.StateAsync());
        Assert.Empty(clip.Files);
    }

    public static TheoryData<string, byte[], string> BrokenBodies => new()
    {
        { "JSON called mp4", Encoding.UTF8.GetBytes("{\"error\":{\"message\":\"expired\"}}"), "video/mp4" },
        { "a page called mp4", "<!doctype html><title>Sign in</title>"u8.ToArray(), "video/mp4" },
        { "an AVI", [.. "RIFF"u8, 4, 1, 0, 0, .. "AVI LIST"u8, .. new byte[256]], "video/x-msvideo" },
        { "an AVI called mp4", [.. "RIFF"u8, 4, 1, 0, 0, .. "AVI LIST"u8, .. new byte[256]], "video/mp4" },
        { "a picture", Media.Png, "video/mp4" },
        { "nothing", [], "video/mp4" },
        { "half of it, announced as all", Media.Mp4[..(Media.Mp4.Length / 2)], "video/mp4" },
        { "trailing bytes", [.. Media.Mp4, 1, 2, 3], "video/mp4" },
        { "JSON", Encoding.UTF8.GetBytes("{}"), "application/json" },
        { "more than the limit", new byte[20_000_001], "video/mp4" },
    };

    [Theory]
    [MemberData(nameof(BrokenBodies))]
    public async Task Bytes_that_are_no_video_time_after_time_make_the_clip_lost(
        string what, byte[] bytes, string contentType)
    {
        var clip = system.NewClip().At("video", Answers.Bytes(bytes, contentType));
        await system.PublishAsync(clip.Rendered());

        Assert.Equal("asset_lost", (await system.Announcements.WaitForLostAsync(clip.VideoId)).Code);

        Assert.True(clip.Files.Count == 0, $"{what} left files");
        Assert.Equal(3, clip.DownloadsOf("video"));
    }

    [Fact]
    public async Task A_body_beyond_the_limit_is_refused_without_a_length_too()
    {
        var clip = system.NewClip().At("video", Answers.Chunked(new byte[20_100_000]));
        await system.PublishAsync(clip.Rendered());

        await system.Announcements.WaitForLostAsync(clip.VideoId);

        Assert.Empty(clip.Files);
    }

    [Fact]
    public async Task A_page_for_people_says_nothing_about_the_clip()
    {
        var page = Answers.Bytes("<html>Bad gateway</html>"u8.ToArray(), "text/html");
        var clip = system.NewClip().At("video", page, page, page, page, Answers.Bytes(Media.Mp4));

        await clip.StoreAsync();

        Assert.Empty(system.Announcements.LostOf(clip.VideoId));
    }

    [Fact]
    public async Task A_repeated_wish_for_a_lost_clip_is_answered_again_and_a_newer_one_tries_again()
    {
        var gone = Answers.Status(404);
        var clip = system.NewClip().At("video", gone, gone, gone, Answers.Bytes(Media.Mp4));
        await system.PublishAsync(clip.Rendered());
        await system.Announcements.WaitForLostAsync(clip.VideoId);

        await system.PublishAsync(clip.Rendered());
        await system.Announcements.WaitForLostAsync(clip.VideoId, count: 2);
        Assert.Equal(3, clip.DownloadsOf("video"));

        await system.PublishAsync(clip.Rendered(epoch: 2));
        Assert.Equal(2, (await system.Announcements.WaitForStoredAsync(clip.VideoId)).Epoch);
    }
}
