using Npgsql;
using Sora.Upstreams;
using Sora.VideoService.Tests.Lifecycle;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Tests.Database;

public sealed class FactWriterTests(VideoSystem system)
{
    [Fact]
    public async Task Facts_that_come_together_share_commits()
    {
        var customer = system.NewCustomer();
        var videos = await InsertAsync(customer, 200);

        var outcomes = await Task.WhenAll(videos.Select(video => Writer.ApplyAsync(video.Id, Progress(40))));

        Assert.All(outcomes, outcome => Assert.True(outcome is { Changed: true, Video.Progress: 40 }));
        var commits = await system.Videos.QueryAsync<int>(
            "select count(distinct xmin::text)::int from videos where project = @Project", new { customer.Caller.Project });
        Assert.InRange(commits[0], 1, 20);
    }

    [Fact]
    public async Task Facts_about_one_video_keep_their_order()
    {
        var video = Assert.Single(await InsertAsync(system.NewCustomer(), 1));
        var steps = Enumerable.Range(1, 20).ToArray();

        var outcomes = await Task.WhenAll(steps.Select(progress => Writer.ApplyAsync(video.Id, Progress(progress))));

        Assert.Equal(steps, outcomes.Select(outcome => outcome.Video!.Progress));
        Assert.Equal(steps, (await system.Videos.TimelineAsync(video.Id)).Select(row => row.Progress));
    }

    [Fact]
    public async Task A_fact_that_the_database_refuses_fails_alone()
    {
        var videos = await InsertAsync(system.NewCustomer(), 20);
        var unbound = await system.Videos.InsertAsync(SomeVideo.Of(system.NewCustomer()) with
        {
            Stage = VideoStage.Submitting,
            UpstreamId = null,
        });

        var neighbours = videos.Select(video => Writer.ApplyAsync(video.Id, Progress(40))).ToList();
        var refused = Writer.ApplyAsync(
            unbound.Id, new VideoFact.SubmissionAccepted(videos[0].UpstreamId!, TimeSpan.FromHours(1)));
        neighbours.AddRange(videos.Select(video => Writer.ApplyAsync(video.Id, Progress(50))));

        Assert.Equal(
            PostgresErrorCodes.UniqueViolation, (await Assert.ThrowsAsync<PostgresException>(() => refused)).SqlState);
        Assert.All(await Task.WhenAll(neighbours), outcome => Assert.True(outcome.Changed));
        Assert.Equal(VideoStage.Submitting, (await system.Videos.FindAsync(unbound.Id))!.Stage);
    }

    [Fact]
    public async Task A_fact_about_a_video_that_is_gone_changes_nothing() =>
        Assert.Equal(new FactOutcome(null, false), await Writer.ApplyAsync("video_gone", new VideoFact.Notified()));

    private FactWriter Writer => system.Get<FactWriter>();

    private static VideoFact.Observed Progress(int progress) =>
        new(Story.Observed(UpstreamStatus.InProgress, progress).Video, TimeSpan.FromHours(1));

    private async Task<IReadOnlyList<Video>> InsertAsync(Customer customer, int count)
    {
        var videos = new List<Video>();
        for (var i = 0; i < count; i++)
        {
            videos.Add(await system.Videos.InsertAsync(i % 2 == 0 ? Bare(customer) : Full(customer)));
        }

        return videos;
    }

    /// <summary>Nothing is known of it that need not be; beside a full one it makes columns with and without values.</summary>
    private static Video Bare(Customer customer) => SomeVideo.Of(customer) with
    {
        SubmittedAt = null,
        PriceVersion = null,
    };

    private static Video Full(Customer customer)
    {
        var video = SomeVideo.Of(customer);
        return video with
        {
            RenderedAt = video.CreatedAt,
            CompletedAt = video.CreatedAt,
            ExpiresAt = video.CreatedAt,
            DeletedAt = video.CreatedAt,
        };
    }
}
