using Sora.Contracts;
using Sora.TestServers.Processes;
using Sora.Upstreams;
using Sora.VideoService.Tests.Lifecycle;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Tests.Requests;

/// <summary>Cancelled, completed, failed and out of time at once: one of them is what happened.</summary>
public sealed class CancelRaceTests(VideoSystem system)
{
    private const int Rounds = 150;

    [Fact]
    public async Task A_video_ends_once_and_the_answer_to_the_cancellation_is_true()
    {
        var ends = new List<VideoStage>();
        for (var round = 0; round < Rounds; round++)
        {
            ends.Add(await RaceAsync(round));
        }

        // Otherwise there was no race.
        Assert.Equal([VideoStage.Ready, VideoStage.Failed, VideoStage.Cancelled], ends.Distinct().Order());
    }

    private async Task<VideoStage> RaceAsync(int round)
    {
        var customer = system.NewCustomer();
        var video = await system.Videos.InsertAsync(SomeVideo.Of(customer));
        var facts = system.Get<FactWriter>();
        Func<Task>[] runners =
        [
            async () =>
            {
                await facts.ApplyAsync(video.Id, Story.Observed(UpstreamStatus.Completed, 100));
                await facts.ApplyAsync(video.Id, new VideoFact.ClipKept(1));
            },
            async () => await facts.ApplyAsync(video.Id, Story.Observed(UpstreamStatus.Failed, null)),
        ];

        // Whoever starts first is not always ahead: each round another one is held back.
        var cancellations = Enumerable.Range(0, 2).Select(_ => CancelAsync(customer, video.Id, round % 3)).ToList();
        await Task.WhenAll(Rotate(runners, round).Select(run => Task.Run(run)).Concat(cancellations));
        var end = (await system.Videos.WhenAsync("has ended", video.Id, row => row.Stage.IsTerminal())).Stage;

        Assert.All(cancellations, cancelled => Assert.Equal(end is VideoStage.Cancelled ? 200 : 400, cancelled.Result));
        Assert.Single(await system.Videos.TimelineAsync(video.Id), row => row.Stage == end.Name());
        await Wait.UntilAsync("the end is announced", _ => Task.FromResult(Announced(video.Id) > 0));
        Assert.Equal(1, Announced(video.Id));
        return end;
    }

    // The same message may come twice, as whoever publishes it may not hear that it has arrived.
    private int Announced(string id) =>
        system.Messages.Heard<VideoCompleted>(message => message.VideoId == id).Distinct().Count()
        + system.Messages.Heard<VideoFailed>(message => message.VideoId == id).Distinct().Count();

    private static IEnumerable<Func<Task>> Rotate(Func<Task>[] items, int by) =>
        items.Select((_, index) => items[(index + by) % items.Length]);

    private static async Task<int> CancelAsync(Customer customer, string id, int turns)
    {
        for (var turn = 0; turn < turns; turn++)
        {
            using var look = await customer.PostAsync(JsonContent.Create(new { }), "/v1/videos/none/cancel");
        }

        using var response = await customer.PostAsync(JsonContent.Create(new { }), $"/v1/videos/{id}/cancel");
        return (int)response.StatusCode;
    }
}
