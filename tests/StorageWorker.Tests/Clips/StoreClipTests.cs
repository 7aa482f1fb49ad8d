using System.Security.Cryptography;
using Sora.TestServers.Processes;

namespace Sora.StorageWorker.Tests.Clips;

public sealed class StoreClipTests(StorageSystem system)
{
    [Fact]
    public async Task A_rendered_video_is_stored_byte_for_byte_with_both_pictures_and_announced_once()
    {
        var clip = system.NewClip()
            .At("video", Answers.Bytes(Media.Mp4))
            .At("thumbnail", Answers.Bytes(Media.LossyWebP, "image/webp"))
            .At("spritesheet", Answers.Bytes(Media.Jpeg, "image/jpeg"));

        var stored = await clip.StoreAsync();

        Assert.Equal(Media.Mp4.Length, stored.Length);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Media.Mp4)), stored.Sha256);
        Assert.Equal(1, stored.Epoch);
        Assert.Equal(
            ["spritesheet.jpg", "thumbnail.webp", "video.mp4"],
            clip.Files.Select(file => Path.GetFileName(file)).Order());
        Assert.Equal(Media.Mp4, await File.ReadAllBytesAsync(clip.Files.Single(file => file.EndsWith(".mp4"))));
        Assert.Single(system.Announcements.StoredOf(clip.VideoId));
    }

    [Fact]
    public async Task A_body_without_a_length_is_stored_as_well()
    {
        var clip = system.NewClip().At("video", Answers.Chunked(Media.Mp4));

        Assert.Equal(Media.Mp4.Length, (await clip.StoreAsync()).Length);
    }

    [Fact]
    public async Task What_is_cut_off_or_failing_is_tried_again_until_all_of_it_is_here()
    {
        var clip = system.NewClip().At(
            "video",
            Answers.Truncated(Media.Mp4, 1000),
            Answers.Status(503),
            Answers.Status(429),
            Answers.Status(403),
            Answers.Bytes(Media.Mp4[..2000]),
            Answers.Bytes(Media.Mp4));

        var stored = await clip.StoreAsync();

        Assert.Equal(Media.Mp4.Length, stored.Length);
        Assert.Equal(6, clip.DownloadsOf("video"));
        Assert.Empty(system.Announcements.LostOf(clip.VideoId));
    }

    [Fact]
    public async Task An_upstream_that_falls_silent_is_tried_again()
    {
        var clip = system.NewClip().At(
            "video",
            Answers.Halting(Media.Mp4, new TaskCompletionSource(), Task.Delay(Timeout.Infinite)),
            Answers.Bytes(Media.Mp4));

        Assert.Equal(Media.Mp4.Length, (await clip.StoreAsync()).Length);
    }

    [Fact]
    public async Task A_repeated_wish_for_a_stored_clip_is_answered_again_without_a_second_download()
    {
        var clip = system.NewClip().At("video", Answers.Bytes(Media.Mp4));
        var first = await clip.StoreAsync();

        await system.PublishAsync(clip.Rendered(epoch: 2));
        var second = await system.Announcements.WaitForStoredAsync(clip.VideoId, count: 2);

        Assert.Equal(first with { Epoch = 2 }, second);
        Assert.Equal(1, clip.DownloadsOf("video"));
    }

    [Fact]
    public async Task Nothing_is_visible_before_all_of_it_is_here()
    {
        var (reached, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        var clip = system.NewClip()
            .At("video", Answers.Halting(Media.Mp4, reached, goOn.Task))
            .InVideoService(Answers.Json(200, new { status = "in_progress" }));
        await system.PublishAsync(clip.Rendered());
        await reached.Task;

        Assert.Empty(clip.Files);
        using var answer = await clip.GetContentAsync();
        Assert.Equal(404, (int)answer.StatusCode);

        goOn.SetResult();
        await system.Announcements.WaitForStoredAsync(clip.VideoId);
    }

    [Fact]
    public async Task Two_workers_share_the_work_and_download_each_clip_once()
    {
        await using var second = system.StartWorker();
        var clips = Enumerable.Range(0, 20)
            .Select(_ => system.NewClip().At("video", Answers.Bytes(Media.Mp4)))
            .ToList();

        await Task.WhenAll(clips.Select(clip => clip.StoreAsync()));

        Assert.All(clips, clip => Assert.Equal(1, clip.DownloadsOf("video")));
    }

    [Fact]
    public async Task A_worker_that_was_overtaken_announces_nothing_and_takes_its_bytes_away()
    {
        var (reached, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        var clip = system.NewClip().At(
            "video", Answers.Halting(Media.Mp4, reached, goOn.Task), Answers.Bytes(Media.Mp4));
        await system.PublishAsync(clip.Rendered());
        await reached.Task;

        await system.ExecuteAsync(
            "update clips set next_attempt_at = now() where video_id = @VideoId", new { clip.VideoId });
        await system.Announcements.WaitForStoredAsync(clip.VideoId);
        goOn.SetResult();

        await Wait.UntilAsync("only the winner's folder is left", _ => Task.FromResult(
            clip.DownloadsOf("thumbnail") == 2 && Directory.GetDirectories(clip.Folder) is [var only]
            && only.EndsWith("/2")));
        Assert.Single(system.Announcements.StoredOf(clip.VideoId));
        Assert.Contains(clip.Files, file => file.EndsWith("/2/video.mp4"));
    }

    [Fact]
    public async Task A_clip_of_a_worker_that_died_is_taken_over_when_its_lease_ends()
    {
        var clip = system.NewClip().At("video", Answers.Bytes(Media.Mp4));
        await system.ExecuteAsync(
            """
            insert into clips (video_id, organization, project, state, epoch, upstream, credential, upstream_id, seconds,
                attempt, next_attempt_at)
            values (@VideoId, 'org_1', @Project, 'wanted', 1, 'stub', 'default', @UpstreamId, 2, 1,
                now() + interval '300 milliseconds')
            """,
            new { clip.VideoId, clip.Owner.Project, clip.UpstreamId });
        var left = Path.Combine(clip.Folder, "1", "video.mp4");
        Directory.CreateDirectory(Path.GetDirectoryName(left)!);
        await File.WriteAllTextAsync(left, "what the dead worker left");

        await system.Announcements.WaitForStoredAsync(clip.VideoId);

        Assert.False(File.Exists(left));
    }
}
