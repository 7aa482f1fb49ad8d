using Sora.Contracts;
using Sora.TestServers.Processes;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Tests.Tracking;

/// <summary>Between the end of the render and the clip in our store.</summary>
public sealed class SavingTests(VideoSystem system)
{
    [Fact]
    public async Task A_clip_reported_twice_completes_its_video_once()
    {
        var video = await SavingAsync(epoch: 1);

        await StoredAsync(video.Id, 1);
        await StoredAsync(video.Id, 1);
        await system.Messages.HearAsync<VideoCompleted>(message => message.VideoId == video.Id);
        await StoredAsync(video.Id, 1);
        await AfterAllThatAsync();

        Assert.Single(system.Messages.Heard<VideoCompleted>(message => message.VideoId == video.Id));
        Assert.Equal(1, (await system.Videos.FindAsync(video.Id))!.Version);
    }

    [Fact]
    public async Task A_clip_of_an_older_epoch_is_ignored()
    {
        var video = await SavingAsync(epoch: 2);

        await StoredAsync(video.Id, 1);
        await system.Messages.PublishAsync(new ClipLost(video.Id, 1, "asset_lost", "Lost."));
        await AfterAllThatAsync();
        Assert.Equal(VideoStage.Saving, (await system.Videos.FindAsync(video.Id))!.Stage);

        await StoredAsync(video.Id, 2);
        await system.Videos.InStageAsync(video.Id, VideoStage.Ready);
    }

    [Fact]
    public async Task A_lost_clip_fails_its_video_and_the_cost_is_ours()
    {
        var video = await SavingAsync(epoch: 1);

        await system.Messages.PublishAsync(new ClipLost(video.Id, 1, "asset_lost", "The clip was lost."));

        var failed = await system.Messages.HearAsync<VideoFailed>(message => message.VideoId == video.Id);
        Assert.Equal(("asset_lost", UpstreamCharge.Charged), (failed.Code, failed.UpstreamCharge));
    }

    [Fact]
    public async Task A_copy_that_is_overdue_is_asked_for_again_under_the_same_epoch()
    {
        var video = await SavingAsync(epoch: 3);

        await system.Videos.HurryAsync(video.Id);

        var again = await system.Messages.HearAsync<VideoRendered>(message => message.VideoId == video.Id);
        Assert.Equal((3, video.UpstreamId), (again.Epoch, again.UpstreamId));
        var waiting = await system.Videos.FindAsync(video.Id);
        Assert.Equal(VideoStage.Saving, waiting!.Stage);
        var now = TimeProvider.System.GetUtcNow();
        Assert.InRange(waiting.NextActionAt!.Value, now.AddMinutes(1), now.AddMinutes(3));
    }

    private Task<Video> SavingAsync(int epoch) => system.Videos.InsertAsync(SomeVideo.Of(system.NewCustomer()) with
    {
        Stage = VideoStage.Saving,
        Progress = 99,
        Epoch = epoch,
        RenderedAt = TimeProvider.System.GetUtcNow(),
        NextActionAt = TimeProvider.System.GetUtcNow().AddHours(1),
    });

    private Task StoredAsync(string id, int epoch) =>
        system.Messages.PublishAsync(new ClipStored(id, epoch, 1000, "", TimeProvider.System.GetUtcNow()));

    /// <summary>A queue's messages are begun in order: with the last one's effect, the earlier ones were heard.</summary>
    private async Task AfterAllThatAsync()
    {
        var last = await SavingAsync(epoch: 1);
        var lost = await SavingAsync(epoch: 1);
        await StoredAsync(last.Id, 1);
        await system.Messages.PublishAsync(new ClipLost(lost.Id, 1, "asset_lost", "Lost."));
        await system.Videos.InStageAsync(last.Id, VideoStage.Ready);
        await system.Videos.InStageAsync(lost.Id, VideoStage.Failed);
        await Wait.UntilAsync("both are announced", _ => Task.FromResult(
            system.Messages.Heard<VideoCompleted>(message => message.VideoId == last.Id).Count == 1));
    }
}
