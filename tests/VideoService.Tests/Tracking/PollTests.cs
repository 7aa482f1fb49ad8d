using Sora.Contracts;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Tests.Tracking;

/// <summary>A submitted video is followed to its end by looking at it.</summary>
public sealed class PollTests(VideoSystem system)
{
    [Fact]
    public async Task A_video_is_followed_from_its_submission_to_its_clip()
    {
        var (customer, id, upstream) = await SubmittedAsync();

        (upstream.Status, upstream.Progress) = ("in_progress", 40);
        await LookAsync(id, video => video is { Stage: VideoStage.Rendering, Progress: 40 });
        (upstream.Status, upstream.Progress) = ("completed", 100);
        await LookAsync(id, video => video is { Stage: VideoStage.Saving, Progress: 99 });
        var rendered = await system.Messages.HearAsync<VideoRendered>(message => message.VideoId == id);
        Assert.Equal(
            new VideoRendered(
                id, customer.Caller.Organization, customer.Caller.Project, 1, "plain", "default", upstream.Id, "1280x720", 4),
            rendered);
        await system.Messages.PublishAsync(new ClipStored(id, 1, 1000, "", TimeProvider.System.GetUtcNow()));
        var completed = await system.Messages.HearAsync<VideoCompleted>(message => message.VideoId == id);

        var answer = await customer.WhenShownAsync(id, "completed");
        Assert.Equal(("completed", "100", null), (answer.Text("status"), answer.Text("progress"), answer.Text("error")));
        Assert.Equal($"{completed.CompletedAt.AddDays(30).ToUnixTimeSeconds()}", answer.Text("expires_at"));
        Assert.Equal(("0", "800000"), answer.Cost);
        Assert.Equal(
            [("accepted", 0), ("submitting", 0), ("submitted", 0), ("rendering", 40), ("saving", 99), ("ready", 100)],
            (await system.Videos.TimelineAsync(id)).Select(row => (row.Stage, row.Progress)));
        Assert.Empty(system.Messages.Heard<VideoFailed>(message => message.VideoId == id));
    }

    [Fact]
    public async Task A_video_is_looked_at_without_anybody_asking()
    {
        var (_, id, upstream) = await SubmittedAsync();

        upstream.Status = "completed";

        await system.Videos.InStageAsync(id, VideoStage.Saving);
    }

    [Fact]
    public async Task A_render_that_fails_is_shown_as_failed_in_band()
    {
        var (customer, id, upstream) = await SubmittedAsync();

        upstream.Status = "failed";
        await LookAsync(id, video => video.Stage is VideoStage.Failed);

        var answer = await customer.WhenShownAsync(id, "failed");
        Assert.Equal(
            (200, "failed", "moderation_blocked", "Blocked."),
            (answer.Status, answer.Text("status"), answer.Text("error", "code"), answer.Text("error", "message")));
    }

    [Fact]
    public async Task A_video_that_the_upstream_forgets_is_lost_at_the_third_look()
    {
        var (_, id, upstream) = await SubmittedAsync();

        // Long overdue, so that nobody looks but when asked to.
        await system.Videos.ExecuteAsync("update videos set submitted_at = now() - interval '1 hour' where id = @id", new { id });
        await LookAsync(id, _ => upstream.Looks > 0);
        upstream.IsForgotten = true;
        await LookAsync(id, video => video.Misses == 1);
        upstream.IsForgotten = false;
        await LookAsync(id, video => video.Misses == 0);
        upstream.IsForgotten = true;
        await LookAsync(id, video => video.Misses == 1);
        await LookAsync(id, video => video.Misses == 2);
        await LookAsync(id, video => video.Stage is VideoStage.Failed);

        var failed = await system.Messages.HearAsync<VideoFailed>(message => message.VideoId == id);
        Assert.Equal(("upstream_lost", UpstreamCharge.Unresolved), (failed.Code, failed.UpstreamCharge));
    }

    private async Task<(Customer Customer, string Id, StubVideo Upstream)> SubmittedAsync()
    {
        var customer = system.NewCustomer();
        var id = await customer.CreateAsync();
        await system.Videos.InStageAsync(id, VideoStage.Submitted);
        return (customer, id, Assert.Single(system.Upstream.VideosOf(customer.Prompt)));
    }

    private async Task LookAsync(string id, Func<Video, bool> seen)
    {
        await system.Videos.HurryAsync(id);
        await system.Videos.WhenAsync("seen", id, seen);
    }
}
