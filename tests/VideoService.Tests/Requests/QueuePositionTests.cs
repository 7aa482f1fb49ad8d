using Sora.TestServers.Processes;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Tests.Requests;

public sealed class QueuePositionTests(VideoSystem system)
{
    [Fact]
    public async Task A_waiting_video_is_told_how_many_wait_before_it_at_the_same_upstream()
    {
        var customer = system.NewCustomer();
        var upstream = $"upstream-{Guid.NewGuid():n}";
        var start = TimeProvider.System.GetUtcNow();
        for (var place = 0; place < 3; place++)
        {
            await WaitingAsync(customer, upstream, start.AddMilliseconds(place));
        }

        await WaitingAsync(customer, $"{upstream}-2", start);
        var last = await WaitingAsync(customer, upstream, start.AddSeconds(1));

        await Wait.UntilAsync("three wait before it", async _ => await PositionAsync(customer, last.Id) == "3");
    }

    [Fact]
    public async Task A_video_that_does_not_wait_has_no_place()
    {
        var customer = system.NewCustomer();
        var rendering = await system.Videos.InsertAsync(SomeVideo.Of(customer));

        Assert.Null(await PositionAsync(customer, rendering.Id));
    }

    /// <summary>Given to the upstream, and not asked after for an hour.</summary>
    private Task<Video> WaitingAsync(Customer customer, string upstream, DateTimeOffset createdAt) =>
        system.Videos.InsertAsync(SomeVideo.Of(customer) with
        {
            Stage = VideoStage.Submitted,
            Upstream = upstream,
            CreatedAt = createdAt,
            NextActionAt = createdAt.AddHours(1),
        });

    private static async Task<string?> PositionAsync(Customer customer, string id) =>
        (await customer.GetAsync($"/v1/videos/{id}")).Text("sora", "queue_position");
}
