using Sora.Contracts;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Tests.Tracking;

/// <summary>What becomes of a submission whose answer arrives.</summary>
public sealed class SubmitTests(VideoSystem system)
{
    [Theory]
    [InlineData(200)]
    [InlineData(201)]
    [InlineData(202)]
    public async Task An_accepted_submission_is_bound_to_the_upstreams_id(int status)
    {
        var customer = system.NewCustomer();
        system.Upstream.Plan(customer.Prompt, SubmitPlans.Accept(status));

        var id = await customer.CreateAsync();

        var video = await system.Videos.InStageAsync(id, VideoStage.Submitted);
        Assert.Equal(Assert.Single(system.Upstream.VideosOf(customer.Prompt)).Id, video.UpstreamId);
        Assert.Equal(
            ["accepted", "submitting", "submitted"], (await system.Videos.TimelineAsync(id)).Select(row => row.Stage));
    }

    [Fact]
    public async Task A_submission_turned_away_for_now_is_sent_again_after_the_wait()
    {
        var customer = system.NewCustomer();
        system.Upstream.Plan(customer.Prompt, SubmitPlans.TooBusy);

        var id = await customer.CreateAsync();
        var waiting = await system.Videos.WhenAsync("put off", id, video => video is { Stage: VideoStage.Accepted, Attempt: 1 });
        Assert.Equal(TimeSpan.FromSeconds(30), waiting.NextActionAt!.Value - waiting.StageSince);
        await system.Videos.HurryAsync(id);
        var video = await system.Videos.WhenAsync("sent again", id, row => row.Stage is VideoStage.Submitted);

        Assert.Equal(2, video.Attempt);
        Assert.Equal(
            [$"job-{id}-1", $"job-{id}-2"], system.Upstream.SubmissionsOf(customer.Prompt).Select(submission => submission.Key));
        Assert.Single(system.Upstream.VideosOf(customer.Prompt));
    }

    [Fact]
    public async Task A_refused_submission_fails_the_video_with_the_upstreams_reason()
    {
        var customer = system.NewCustomer();
        system.Upstream.Plan(customer.Prompt, SubmitPlans.Refuse);

        var id = await customer.CreateAsync();
        var failed = await system.Messages.HearAsync<VideoFailed>(message => message.VideoId == id);
        var answer = await customer.GetAsync($"/v1/videos/{id}");

        Assert.Equal(("moderation_blocked", UpstreamCharge.None), (failed.Code, failed.UpstreamCharge));
        Assert.Equal(
            (200, "failed", "moderation_blocked", "Not this."),
            (answer.Status, answer.Text("status"), answer.Text("error", "code"), answer.Text("error", "message")));
        Assert.Single(system.Upstream.SubmissionsOf(customer.Prompt));
    }

    [Fact]
    public async Task An_id_that_another_video_has_is_not_believed()
    {
        var first = system.NewCustomer();
        await system.Videos.InStageAsync(await first.CreateAsync(), VideoStage.Submitted);
        var liar = system.NewCustomer();
        system.Upstream.Plan(liar.Prompt, SubmitPlans.AnswerWith(system.Upstream.VideosOf(first.Prompt)[0].Json));

        var id = await liar.CreateAsync();
        await system.Videos.InStageAsync(id, VideoStage.Indeterminate);

        Assert.Single(system.Upstream.SubmissionsOf(liar.Prompt));
    }
}
