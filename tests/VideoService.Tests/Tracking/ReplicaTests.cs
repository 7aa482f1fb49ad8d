using Sora.VideoService.Videos;

namespace Sora.VideoService.Tests.Tracking;

/// <summary>Several processes over one database.</summary>
public sealed class ReplicaTests(VideoSystem system)
{
    [Fact]
    public async Task Two_instances_never_submit_a_video_twice()
    {
        await using var second = await VideoServiceHost.StartAsync(system.Settings);
        var customer = system.NewCustomer();
        Customer[] doors = [customer, customer.At(second)];
        string[] prompts = [.. Enumerable.Range(0, 60).Select(i => $"{customer.Prompt} {i}")];

        var ids = await Task.WhenAll(prompts.Select((prompt, i) => doors[i % 2].CreateAsync(prompt: prompt)));
        await Task.WhenAll(ids.Select(id => system.Videos.InStageAsync(id, VideoStage.Submitted)));

        Assert.All(prompts, prompt => Assert.Single(system.Upstream.SubmissionsOf(prompt)));
    }
}
