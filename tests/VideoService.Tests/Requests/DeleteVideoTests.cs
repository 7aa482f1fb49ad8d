using Sora.Contracts;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Tests.Requests;

public sealed class DeleteVideoTests(VideoSystem system)
{
    [Theory]
    [InlineData(VideoStage.AwaitingApproval, VideoStage.Cancelled)]
    [InlineData(VideoStage.Accepted, VideoStage.Cancelled)]
    [InlineData(VideoStage.Submitting, VideoStage.Cancelling)]
    [InlineData(VideoStage.Indeterminate, VideoStage.Cancelling)]
    [InlineData(VideoStage.Saving, VideoStage.Saving)]
    [InlineData(VideoStage.Cancelling, VideoStage.Cancelling)]
    [InlineData(VideoStage.Ready, VideoStage.Ready)]
    [InlineData(VideoStage.Failed, VideoStage.Failed)]
    [InlineData(VideoStage.Expired, VideoStage.Expired)]
    public async Task A_deleted_video_is_gone_at_once_in_every_stage(VideoStage stage, VideoStage after)
    {
        var customer = system.NewCustomer();
        var video = await system.Videos.InsertAsync(SomeVideo.Of(customer) with
        {
            Stage = stage,
            ErrorCode = stage is VideoStage.Failed or VideoStage.Expired ? "expired" : null,
            UpstreamId = stage < VideoStage.Submitted ? null : $"up-{Guid.NewGuid():n}",
        });

        var answer = await DeleteAsync(customer, video.Id);

        Assert.Equal(
            $$"""{"id":"{{video.Id}}","object":"video.deleted","deleted":true}""", answer.Body.GetRawText());
        Assert.True(system.Storage.IsHidden(video.Id));
        Assert.Equal(404, (await customer.GetAsync($"/v1/videos/{video.Id}")).Status);
        Assert.Equal(404, (await DeleteAsync(customer, video.Id)).Status);
        var audit = await system.Messages.HearAsync<AuditRecorded>(entry => entry.Target == video.Id);
        Assert.Equal(("video.deleted", customer.Caller.User), (audit.Action, audit.Actor));
        Assert.Equal(after, (await system.Videos.FindAsync(video.Id))!.Stage);
        if (after.IsTerminal())
        {
            await system.Messages.HearAsync<VideoDeleted>(message => message.VideoId == video.Id);
        }
    }

    [Fact]
    public async Task A_rendering_video_is_stopped_at_the_upstream_and_costs_nothing()
    {
        var customer = system.NewCustomer();
        var id = await customer.CreateAsync();
        await system.Videos.InStageAsync(id, VideoStage.Submitted);

        await DeleteAsync(customer, id);
        var failed = await system.Messages.HearAsync<VideoFailed>(message => message.VideoId == id);

        Assert.Equal(
            ("cancelled", UpstreamCharge.None, false), (failed.Code, failed.UpstreamCharge, failed.CustomerPays));
        Assert.True(Assert.Single(system.Upstream.VideosOf(customer.Prompt)).IsDeleted);
        await system.Messages.HearAsync<VideoDeleted>(message => message.VideoId == id);
    }

    [Fact]
    public async Task An_upstream_that_cannot_stop_bills_and_the_customer_pays()
    {
        var customer = system.NewCustomer();
        var id = await customer.CreateAsync("blind-1");
        await system.Videos.InStageAsync(id, VideoStage.Submitted);

        await DeleteAsync(customer, id);
        var failed = await system.Messages.HearAsync<VideoFailed>(message => message.VideoId == id);

        Assert.Equal(
            ("cancelled", UpstreamCharge.Charged, true), (failed.Code, failed.UpstreamCharge, failed.CustomerPays));
        Assert.False(Assert.Single(system.Upstream.VideosOf(customer.Prompt)).IsDeleted);
    }

    [Fact]
    public async Task A_video_deleted_while_its_submission_is_on_its_way_is_stopped_as_soon_as_its_id_is_known()
    {
        var customer = system.NewCustomer();
        var (arrived, released) = (new TaskCompletionSource(), new TaskCompletionSource());
        system.Upstream.Plan(customer.Prompt, SubmitPlans.Hold(arrived, released.Task));
        var id = await customer.CreateAsync();
        await arrived.Task;

        await DeleteAsync(customer, id);
        released.SetResult();

        await system.Videos.InStageAsync(id, VideoStage.Cancelled);
        Assert.True(Assert.Single(system.Upstream.VideosOf(customer.Prompt)).IsDeleted);
    }

    [Fact]
    public async Task A_video_deleted_while_it_is_being_saved_is_paid_for_and_then_goes()
    {
        var customer = system.NewCustomer();
        var video = await system.Videos.InsertAsync(SomeVideo.Of(customer) with
        {
            Stage = VideoStage.Saving,
            Epoch = 1,
            Progress = 99,
        });

        await DeleteAsync(customer, video.Id);
        await system.Messages.PublishAsync(new ClipStored(video.Id, 1, 1000, "", TimeProvider.System.GetUtcNow()));

        await system.Messages.HearAsync<VideoCompleted>(message => message.VideoId == video.Id);
        await system.Messages.HearAsync<VideoDeleted>(message => message.VideoId == video.Id);
        Assert.Equal(404, (await customer.GetAsync($"/v1/videos/{video.Id}")).Status);
    }

    private static Task<Answer> DeleteAsync(Customer customer, string id) =>
        customer.CallAsync(HttpMethod.Delete, $"/v1/videos/{id}");
}
