using Sora.TestServers;
using Sora.VideoService.Tracking;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Tests.Tracking;

/// <summary>An orderly stop, as at every deployment.</summary>
public sealed class StopTests(VideoSystem system)
{
    [Fact]
    public async Task A_stop_lets_the_submission_under_way_finish_and_writes_its_outcome()
    {
        await using var servers = new SharedServers();
        var settings = await system.SettingsApartAsync(servers);
        await using var table = new VideoTable(settings["ConnectionStrings:videodb"]);
        var service = await VideoServiceHost.StartAsync(settings);
        var customer = system.NewCustomer().At(service);
        var (arrived, released) = (new TaskCompletionSource(), new TaskCompletionSource());
        system.Upstream.Plan(customer.Prompt, SubmitPlans.Hold(arrived, released.Task));
        var id = await customer.CreateAsync();
        await arrived.Task;

        var claiming = service.Services.GetRequiredService<Submitter>().ExecuteTask!;
        var stopped = service.DisposeAsync();
        await claiming;
        released.SetResult();
        await stopped;

        var video = await table.FindAsync(id);
        Assert.Equal((VideoStage.Submitted, 1), (video!.Stage, video.Attempt));
        Assert.Equal(Assert.Single(system.Upstream.VideosOf(customer.Prompt)).Id, video.UpstreamId);
    }
}
