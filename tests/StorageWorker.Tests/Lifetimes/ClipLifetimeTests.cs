using Sora.TestServers.Processes;

namespace Sora.StorageWorker.Tests.Lifetimes;

public sealed class ClipLifetimeTests(StorageSystem system)
{
    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task A_clip_whose_time_is_over_is_404_and_its_bytes_go()
    {
        var clip = system.NewClip().At("video", Answers.Bytes(Media.Mp4));
        await clip.StoreAsync();

        await system.PublishAsync(clip.Completed(Now.AddSeconds(-1)));
        await Wait.UntilAsync("the bytes are gone", _ => Task.FromResult(clip.Files.Count == 0));

        using var answer = await clip.GetContentAsync();
        Assert.Equal(404, (int)answer.StatusCode);
        Assert.Contains("video_expired", await answer.Content.ReadAsStringAsync());
        Assert.Equal("expired", await clip.StateAsync());
    }

    [Fact]
    public async Task A_clip_is_served_until_its_time()
    {
        var clip = system.NewClip().At("video", Answers.Bytes(Media.Mp4));
        await clip.StoreAsync();
        var end = Now.AddDays(30);

        await system.PublishAndWaitAsync(clip.Completed(end), "SetClipExpiry");

        using var answer = await clip.GetContentAsync();
        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal(
            end, await system.QueryAsync<DateTime>(
                "select expires_at from clips where video_id = @VideoId", new { clip.VideoId }),
            TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public async Task A_repeated_wish_does_not_bring_an_expired_clip_back()
    {
        var clip = system.NewClip().At("video", Answers.Bytes(Media.Mp4));
        await clip.StoreAsync();
        await system.PublishAsync(clip.Completed(Now.AddSeconds(-1)));
        await Wait.UntilAsync("the bytes are gone", _ => Task.FromResult(clip.Files.Count == 0));

        await system.PublishAndWaitAsync(clip.Rendered(epoch: 2), "QueueClip");

        Assert.Equal("expired", await clip.StateAsync());
        Assert.Equal(1, clip.DownloadsOf("video"));
    }

    [Fact]
    public async Task Within_the_grace_period_nobody_sees_a_deleted_or_expired_clip_but_its_bytes_are_there()
    {
        await using var patient = new StorageSystem
        {
            Differences = [("Lifetimes:Grace", "01:00:00"), ("Lifetimes:SweepInterval", "00:00:00.050")],
        };
        await patient.InitializeAsync();
        var deleted = patient.NewClip().At("video", Answers.Bytes(Media.Mp4));
        var expired = patient.NewClip().At("video", Answers.Bytes(Media.Mp4));
        await deleted.StoreAsync();
        await expired.StoreAsync();

        await patient.PublishAndWaitAsync(deleted.Deleted(), "MarkClipDeleted");
        await patient.PublishAsync(expired.Completed(Now.AddSeconds(-1)));
        await Wait.UntilAsync("it has expired", async _ => await expired.StateAsync() == "expired");

        foreach (var (clip, code) in new[] { (deleted, "video_not_found"), (expired, "video_expired") })
        {
            using var answer = await clip.GetContentAsync();
            Assert.Contains(code, await answer.Content.ReadAsStringAsync());
            Assert.NotEmpty(clip.Files);
        }

        await patient.ExecuteAsync("update clips set next_attempt_at = now()");
        await Wait.UntilAsync("both are gone", _ => Task.FromResult(deleted.Files.Count + expired.Files.Count == 0));
    }
}
