using Sora.Contracts;
using Sora.TestServers.Processes;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Tests.Tracking;

/// <summary>An upstream's webhook is a reason to look now, never a fact.</summary>
public sealed class WebhookTests(VideoSystem system)
{
    [Fact]
    public async Task A_webhook_makes_us_look_now_and_its_word_counts_for_nothing()
    {
        var (video, upstream) = await FarFromItsNextLookAsync();

        await NotifyAsync(upstream.Id, "video.completed");
        await system.Videos.WhenAsync("looked at", video.Id, _ => upstream.Looks > 0);

        Assert.Equal(VideoStage.Submitted, (await system.Videos.FindAsync(video.Id))!.Stage);
    }

    [Fact]
    public async Task Repeated_webhooks_do_no_harm()
    {
        var (video, upstream) = await FarFromItsNextLookAsync();

        upstream.Status = "completed";
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => NotifyAsync(upstream.Id, "video.completed")));
        await system.Videos.InStageAsync(video.Id, VideoStage.Saving);
        await NotifyAsync(upstream.Id, "video.failed");

        await system.Messages.HearAsync<VideoRendered>(message => message.VideoId == video.Id);
        Assert.Single(system.Messages.Heard<VideoRendered>(message => message.VideoId == video.Id));
        Assert.Equal(VideoStage.Saving, (await system.Videos.FindAsync(video.Id))!.Stage);
    }

    [Fact]
    public async Task A_webhook_that_comes_before_the_id_is_known_counts_when_it_is()
    {
        var customer = system.NewCustomer();
        var video = await system.Videos.InsertAsync(
            SomeVideo.Of(customer) with { Stage = VideoStage.Submitting, UpstreamId = null });
        var upstreamId = $"up-{Guid.NewGuid():n}";

        await NotifyAsync(upstreamId, "video.completed");
        await Wait.UntilAsync("the webhook is parked", async _ => (await system.Videos.QueryAsync<int>(
            "select 1 from parked_notifications where upstream_id = @upstreamId", new { upstreamId })).Count == 1);
        var bound = await system.Get<FactWriter>().ApplyAsync(
            video.Id, new VideoFact.SubmissionAccepted(upstreamId, TimeSpan.FromHours(1)));

        // Due at once: the poller looks, and finds nothing at this id.
        Assert.True(bound.Changed);
        await system.Videos.WhenAsync("looked at", video.Id, row => row.Misses == 1);
    }

    [Fact]
    public async Task A_webhook_about_a_strangers_video_is_nobodys()
    {
        var stranger = $"up-{Guid.NewGuid():n}";
        var (video, upstream) = await FarFromItsNextLookAsync();

        await NotifyAsync(stranger, "video.completed");
        await NotifyAsync(upstream.Id, "video.completed");

        await system.Videos.WhenAsync("looked at", video.Id, _ => upstream.Looks > 0);
    }

    private Task NotifyAsync(string upstreamId, string type) =>
        system.Messages.PublishAsync(new UpstreamNotified("plain", $"wh_{Guid.NewGuid():n}", upstreamId, type));

    private async Task<(Video Video, StubVideo Upstream)> FarFromItsNextLookAsync()
    {
        var customer = system.NewCustomer();
        var id = await customer.CreateAsync();
        var video = await system.Videos.InStageAsync(id, VideoStage.Submitted);
        await system.Videos.ExecuteAsync(
            "update videos set next_action_at = now() + interval '1 hour' where id = @id", new { id });
        return (video, Assert.Single(system.Upstream.VideosOf(customer.Prompt)));
    }
}
