using Sora.Contracts;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Tests.Tracking;

/// <summary>Videos that were deleted while nobody knew whether the upstream had taken them.</summary>
public sealed class CancelledInDoubtTests(VideoSystem system)
{
    [Fact]
    public async Task One_that_the_upstream_has_is_found_and_stopped()
    {
        var (customer, id) = await DeleteInDoubtAsync(SubmitPlans.Lose);

        await system.Videos.HurryAsync(id);

        var failed = await system.Messages.HearAsync<VideoFailed>(message => message.VideoId == id);
        Assert.Equal(("cancelled", UpstreamCharge.None), (failed.Code, failed.UpstreamCharge));
        Assert.True(Assert.Single(system.Upstream.VideosOf(customer.Prompt)).IsDeleted);
        Assert.Single(system.Upstream.SubmissionsOf(customer.Prompt));
    }

    [Fact]
    public async Task One_that_the_upstream_never_took_is_cancelled_after_the_quiet_period_only_and_never_sent_again()
    {
        var (customer, id) = await DeleteInDoubtAsync(SubmitPlans.Vanish);
        var version = (await system.Videos.FindAsync(id))!.Version;
        await system.Videos.HurryAsync(id);
        var looked = await system.Videos.WhenAsync("looked for", id, video => video.Version > version);
        Assert.Equal(VideoStage.Cancelling, looked.Stage);

        await system.Videos.ExecuteAsync(
            "update videos set stage_since = @since where id = @id",
            new { since = (looked.StageSince - Wiring.QuietPeriod).UtcDateTime, id });
        await system.Videos.HurryAsync(id);

        var failed = await system.Messages.HearAsync<VideoFailed>(message => message.VideoId == id);
        Assert.Equal(("cancelled", UpstreamCharge.None), (failed.Code, failed.UpstreamCharge));
        Assert.Single(system.Upstream.SubmissionsOf(customer.Prompt));
    }

    [Fact]
    public async Task One_whose_submitter_died_is_looked_for_when_its_lease_is_over()
    {
        var customer = system.NewCustomer();
        var video = await system.Videos.InsertAsync(SomeVideo.Of(customer) with
        {
            Stage = VideoStage.Submitting,
            UpstreamId = null,
            NextActionAt = TimeProvider.System.GetUtcNow().AddHours(1),
        });
        await customer.CallAsync(HttpMethod.Delete, $"/v1/videos/{video.Id}");
        var deleted = await system.Videos.InStageAsync(video.Id, VideoStage.Cancelling);
        Assert.NotNull(deleted.NextActionAt);

        await system.Videos.HurryAsync(video.Id);

        await system.Videos.WhenAsync("looked for", video.Id, found => found.Version > deleted.Version);
    }

    private async Task<(Customer Customer, string Id)> DeleteInDoubtAsync(SubmitPlan plan)
    {
        var customer = system.NewCustomer();
        system.Upstream.Plan(customer.Prompt, plan);
        var id = await customer.CreateAsync();
        await system.Videos.InStageAsync(id, VideoStage.Indeterminate);
        await customer.CallAsync(HttpMethod.Delete, $"/v1/videos/{id}");
        return (customer, id);
    }
}
