using Sora.TestServers;
using Sora.TestServers.Processes;
using Sora.Upstreams;
using Sora.VideoService.Tests.Lifecycle;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Tests.Database;

/// <summary>A database of one's own, to be killed while facts are written.</summary>
public sealed class FactWriterRestartTests(VideoSystem system)
{
    [Fact]
    public async Task Facts_learnt_while_the_database_is_away_are_applied_once_it_is_back()
    {
        using var folder = new ProcessFolder("facts");
        await using var postgres = new PostgresServer(folder);
        await postgres.StartAsync(TestContext.Current.CancellationToken);
        await using var servers = new SharedServers();
        await using var service = await VideoServiceHost.StartAsync(
            await system.SettingsApartAsync(servers, postgres.ConnectionString));
        await using var table = new VideoTable($"{postgres.ConnectionString};Pooling=false");
        var writer = service.Services.GetRequiredService<FactWriter>();
        var videos = new List<Video>();
        for (var i = 0; i < 50; i++)
        {
            videos.Add(await table.InsertAsync(SomeVideo.Of(system.NewCustomer())));
        }

        var facts = new List<Task<FactOutcome>>();
        foreach (var progress in Enumerable.Range(1, 40))
        {
            facts.AddRange(videos.Select(video => writer.ApplyAsync(video.Id, new VideoFact.Observed(
                Story.Observed(UpstreamStatus.InProgress, progress).Video, TimeSpan.FromHours(1)))));
            if (progress == 10)
            {
                await Task.WhenAny(facts[^1], facts[0]);
                await postgres.KillAsync(TestContext.Current.CancellationToken);
            }
        }

        Assert.Contains(facts, fact => !fact.IsCompleted);
        await postgres.RestartAsync(TestContext.Current.CancellationToken);
        var outcomes = await Task.WhenAll(facts);

        Assert.All(outcomes, outcome => Assert.NotNull(outcome.Video));
        foreach (var video in videos)
        {
            var timeline = await table.TimelineAsync(video.Id);
            Assert.Equal(Enumerable.Range(1, 40), timeline.Select(row => row.Progress));
        }
    }
}
