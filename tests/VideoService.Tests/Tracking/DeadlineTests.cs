using Sora.Contracts;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Tests.Tracking;

/// <summary>Every job has an end in time; what comes after it is noted and changes nothing for the customer.</summary>
public sealed class DeadlineTests(VideoSystem system)
{
    [Theory]
    [InlineData(VideoStage.AwaitingApproval, UpstreamCharge.None)]
    [InlineData(VideoStage.Accepted, UpstreamCharge.None)]
    [InlineData(VideoStage.Submitting, UpstreamCharge.Unresolved)]
    [InlineData(VideoStage.Rendering, UpstreamCharge.None)]
    [InlineData(VideoStage.Saving, UpstreamCharge.Charged)]
    public async Task A_video_whose_time_is_over_has_failed_for_its_owner(VideoStage stage, string charge)
    {
        var customer = system.NewCustomer();
        var video = await ExpiredAsync(customer, stage);

        var failed = await system.Messages.HearAsync<VideoFailed>(message => message.VideoId == video.Id);
        var answer = await customer.GetAsync($"/v1/videos/{video.Id}");

        Assert.Equal(("expired", charge), (failed.Code, failed.UpstreamCharge));
        Assert.Equal(("failed", "expired"), (answer.Text("status"), answer.Text("error", "code")));
        Assert.Equal(("0", "0"), answer.Cost);
    }

    [Fact]
    public async Task A_result_after_the_deadline_is_kept_and_noted_and_the_video_stays_failed()
    {
        var customer = system.NewCustomer();
        var id = await customer.CreateAsync();
        await system.Videos.InStageAsync(id, VideoStage.Submitted);
        await system.Videos.ExecuteAsync("update videos set deadline_at = now() where id = @id", new { id });
        var expired = await system.Videos.InStageAsync(id, VideoStage.Expired);
        Assert.NotNull(expired.NextActionAt);

        Assert.Single(system.Upstream.VideosOf(customer.Prompt)).Status = "completed";
        await system.Videos.HurryAsync(id);
        var late = await system.Messages.HearAsync<VideoRenderedLate>(message => message.VideoId == id);
        await system.Messages.HearAsync<VideoRendered>(message => message.VideoId == id);

        Assert.Equal(expired.UpstreamId, late.UpstreamId);
        var answer = await customer.GetAsync($"/v1/videos/{id}");
        Assert.Equal(
            ("failed", "expired", "True"),
            (answer.Text("status"), answer.Text("error", "code"), answer.Text("sora", "late_result")));
        Assert.Single(system.Messages.Heard<VideoFailed>(message => message.VideoId == id));
        Assert.Null((await system.Videos.FindAsync(id))!.NextActionAt);
    }

    private Task<Video> ExpiredAsync(Customer customer, VideoStage stage) => system.Videos.InsertAsync(SomeVideo.Of(customer) with
    {
        Stage = stage,
        UpstreamId = stage < VideoStage.Submitted ? null : $"up-{Guid.NewGuid():n}",
        DeadlineAt = TimeProvider.System.GetUtcNow(),
    });
}
