using Sora.VideoService.Videos;

namespace Sora.VideoService.Tests.Tracking;

/// <summary>Submissions that were accepted and whose answer is lost, where the upstream keeps a list.</summary>
public sealed class LostSubmissionTests(VideoSystem system)
{
    [Fact]
    public async Task A_lost_acceptance_is_found_in_the_list_and_not_repeated()
    {
        var customer = system.NewCustomer();
        system.Upstream.Plan(customer.Prompt, SubmitPlans.Lose);

        var video = await LostAsync(await customer.CreateAsync());

        Assert.Equal(Assert.Single(system.Upstream.VideosOf(customer.Prompt)).Id, video.UpstreamId);
        Assert.Single(system.Upstream.SubmissionsOf(customer.Prompt));
        Assert.Equal(
            ["accepted", "submitting", "indeterminate", "submitted"],
            (await system.Videos.TimelineAsync(video.Id)).Select(row => row.Stage));
    }

    [Fact]
    public async Task Two_equal_lost_acceptances_are_bound_to_two_videos()
    {
        var customer = system.NewCustomer();
        system.Upstream.Plan(customer.Prompt, SubmitPlans.Lose, SubmitPlans.Lose);
        var ids = await Task.WhenAll(customer.CreateAsync(), customer.CreateAsync());

        var videos = await Task.WhenAll(ids.Select(LostAsync));

        Assert.Equal(
            system.Upstream.VideosOf(customer.Prompt).Select(video => video.Id).Order(),
            videos.Select(video => video.UpstreamId).Order());
        Assert.Equal(2, system.Upstream.SubmissionsOf(customer.Prompt).Count);
    }

    private async Task<Video> LostAsync(string id)
    {
        await system.Videos.InStageAsync(id, VideoStage.Indeterminate);
        await system.Videos.HurryAsync(id);
        return await system.Videos.InStageAsync(id, VideoStage.Submitted);
    }
}
