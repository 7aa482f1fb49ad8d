using Sora.TestServers.Processes;

namespace Sora.StorageWorker.Tests.Clips;

public sealed class PicturesTests(StorageSystem system)
{
    [Fact]
    public async Task Pictures_that_the_upstream_lacks_are_made_from_the_video()
    {
        var clip = system.NewClip().At("video", Answers.Bytes(Media.Mp4));
        await clip.StoreAsync();

        Assert.Equal("webp,640,360", await ProbeAsync(clip, "thumbnail", "image/webp"));
        Assert.Equal("mjpeg,1280,360", await ProbeAsync(clip, "spritesheet", "image/jpeg"));
    }

    [Theory]
    [InlineData("image/webp")]
    [InlineData("application/json")]
    public async Task A_picture_that_is_none_is_replaced_by_our_own(string contentType)
    {
        var clip = system.NewClip()
            .At("video", Answers.Bytes(Media.Mp4))
            .At("thumbnail", Answers.Bytes("not a picture at all"u8.ToArray(), contentType))
            .At("spritesheet", Answers.Bytes(Media.Jpeg[..^100], "image/jpeg"));
        await clip.StoreAsync();

        Assert.Equal("webp,640,360", await ProbeAsync(clip, "thumbnail", "image/webp"));
        Assert.Equal("mjpeg,1280,360", await ProbeAsync(clip, "spritesheet", "image/jpeg"));
    }

    [Fact]
    public async Task A_picture_is_served_as_what_its_bytes_are()
    {
        var clip = system.NewClip()
            .At("video", Answers.Bytes(Media.Mp4))
            .At("spritesheet", Answers.Bytes(Media.LossyWebP, "image/jpeg"));
        await clip.StoreAsync();

        using var answer = await clip.GetContentAsync("?variant=spritesheet");

        Assert.Equal("image/webp", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal($"{clip.VideoId}.webp", answer.Content.Headers.ContentDisposition!.FileName);
    }

    [Fact]
    public async Task A_picture_that_fails_holds_no_clip_back_and_comes_later()
    {
        // Boxes that add up and nothing in them that ffmpeg could decode.
        byte[] empty = [0, 0, 0, 8, .. "ftyp"u8, 0, 0, 0, 8, .. "moov"u8, 0, 0, 0, 8, .. "mdat"u8];
        var clip = system.NewClip()
            .At("video", Answers.Bytes(empty))
            .At("thumbnail", Answers.Status(503), Answers.Bytes(Media.LossyWebP, "image/webp"));
        await clip.StoreAsync();

        await Wait.UntilAsync("the thumbnail has come", async _ =>
        {
            using var thumbnail = await clip.GetContentAsync("?variant=thumbnail");
            return thumbnail.IsSuccessStatusCode;
        });
        using var spritesheet = await clip.GetContentAsync("?variant=spritesheet");
        Assert.Equal(404, (int)spritesheet.StatusCode);
        Assert.Contains("video_not_ready", await spritesheet.Content.ReadAsStringAsync());
        Assert.Single(system.Announcements.StoredOf(clip.VideoId));
    }

    private static async Task<string> ProbeAsync(TestClip clip, string variant, string contentType)
    {
        using var answer = await clip.GetContentAsync($"?variant={variant}");
        Assert.Equal(contentType, answer.Content.Headers.ContentType?.MediaType);
        return await Media.ProbeAsync(await answer.Content.ReadAsByteArrayAsync());
    }
}
