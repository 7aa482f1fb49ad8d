using Sora.Contracts;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Tests.Tracking;

/// <summary>Submissions that nobody answers and no list shows.</summary>
public sealed class VanishedSubmissionTests(VideoSystem system)
{
    [Fact]
    public async Task A_submission_that_the_list_does_not_show_is_sent_again_after_the_quiet_period_only()
    {
        var customer = system.NewCustomer();
        system.Upstream.Plan(customer.Prompt, SubmitPlans.Vanish);
        var id = await customer.CreateAsync();
        var lost = await system.Videos.InStageAsync(id, VideoStage.Indeterminate);

        await LookAgainAsync(id);
        Assert.Equal((VideoStage.Indeterminate, 1), await StageAndAttemptAsync(id));
        await PassQuietPeriodAsync(lost);
        await system.Videos.HurryAsync(id);

        Assert.Equal(2, (await system.Videos.InStageAsync(id, VideoStage.Submitted)).Attempt);
        Assert.Equal(2, system.Upstream.SubmissionsOf(customer.Prompt).Count);
        Assert.Single(system.Upstream.VideosOf(customer.Prompt));
    }

    [Fact]
    public async Task A_submission_whose_submitter_died_counts_as_lost_when_its_lease_is_over()
    {
        var customer = system.NewCustomer();
        var video = await system.Videos.InsertAsync(SomeVideo.Of(customer) with
        {
            Stage = VideoStage.Submitting,
            UpstreamId = null,
            NextActionAt = TimeProvider.System.GetUtcNow().AddHours(1),
        });

        await system.Videos.HurryAsync(video.Id);

        await system.Videos.InStageAsync(video.Id, VideoStage.Indeterminate);
        Assert.Empty(system.Upstream.SubmissionsOf(customer.Prompt));
    }

    [Fact]
    public async Task An_upstream_that_honours_keys_is_asked_again_with_the_same_key()
    {
        var customer = system.NewCustomer();
        system.Upstream.Plan(customer.Prompt, SubmitPlans.Vanish, SubmitPlans.TooBusy);
        var id = await customer.CreateAsync("keyed-1");
        await system.Videos.InStageAsync(id, VideoStage.Indeterminate);

        await LookAgainAsync(id);
        await system.Videos.HurryAsync(id);
        var video = await system.Videos.InStageAsync(id, VideoStage.Submitted);

        Assert.Equal(1, video.Attempt);
        Assert.Equal(
            Enumerable.Repeat($"job-{id}-1", 3),
            system.Upstream.SubmissionsOf(customer.Prompt).Select(submission => submission.Key));
    }

    [Fact]
    public async Task A_repeat_with_the_same_key_that_is_refused_ends_the_video()
    {
        var customer = system.NewCustomer();
        system.Upstream.Plan(customer.Prompt, SubmitPlans.Vanish, SubmitPlans.Refuse);
        var id = await customer.CreateAsync("keyed-1");
        await system.Videos.InStageAsync(id, VideoStage.Indeterminate);

        await system.Videos.HurryAsync(id);

        var failed = await system.Messages.HearAsync<VideoFailed>(message => message.VideoId == id);
        Assert.Equal(("moderation_blocked", UpstreamCharge.None), (failed.Code, failed.UpstreamCharge));
    }

    [Fact]
    public async Task An_upstream_with_neither_keys_nor_list_is_never_asked_twice_and_the_deadline_frees_the_customer()
    {
        var customer = system.NewCustomer();
        system.Upstream.Plan(customer.Prompt, SubmitPlans.Vanish);
        var id = await customer.CreateAsync("blind-1");
        var lost = await system.Videos.InStageAsync(id, VideoStage.Indeterminate);
        await PassQuietPeriodAsync(lost);

        await LookAgainAsync(id);
        Assert.Equal((VideoStage.Indeterminate, 1), await StageAndAttemptAsync(id));
        await system.Videos.ExecuteAsync("update videos set deadline_at = now() where id = @id", new { id });

        var failed = await system.Messages.HearAsync<VideoFailed>(message => message.VideoId == id);
        Assert.Equal(("expired", UpstreamCharge.Unresolved), (failed.Code, failed.UpstreamCharge));
        Assert.Single(system.Upstream.SubmissionsOf(customer.Prompt));
    }

    private async Task LookAgainAsync(string id)
    {
        var version = (await system.Videos.FindAsync(id))!.Version;
        await system.Videos.HurryAsync(id);
        await system.Videos.WhenAsync("looked for", id, video => video.Version > version);
    }

    private async Task<(VideoStage Stage, int Attempt)> StageAndAttemptAsync(string id)
    {
        var video = await system.Videos.FindAsync(id);
        return (video!.Stage, video.Attempt);
    }

    private Task PassQuietPeriodAsync(Video lost) => system.Videos.ExecuteAsync(
        "update videos set stage_since = @since where id = @Id",
        new { since = (lost.StageSince - Wiring.QuietPeriod).UtcDateTime, lost.Id });
}
