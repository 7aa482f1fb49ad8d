using Npgsql;
using Sora.TestServers;
using Sora.TestServers.Processes;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Tests.Streams;

/// <summary>Each event once, in order, whatever happens on the way.</summary>
public sealed class ResumeTests(VideoSystem system)
{
    private const int Writers = 8;
    private const int Rows = 60;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Those_who_come_and_go_miss_nothing_and_see_nothing_twice_while_many_write()
    {
        var customer = system.NewCustomer();
        await using var source = NpgsqlDataSource.Create(system.Settings["ConnectionStrings:videodb"]);
        var videos = await InsertAsync(customer, Writers);
        await using var steady = await customer.WatchAsync("/v1/events");
        await using var fickle = await customer.WatchAsync("/v1/events");

        var writing = Task.WhenAll(videos.Select(video => WriteAsync(source, video)));
        var coming = ComeAndGoAsync(customer, fickle, writing);
        await writing;

        var written = await system.Videos.QueryAsync<long>(
            "select position from video_timeline where project = @Project order by position", new { customer.Caller.Project });
        Assert.InRange(written.Count, Rows, Writers * Rows);
        Assert.Equal(written, (await steady.TakeAsync(written.Count)).Select(seen => seen.Id));
        Assert.Equal(written, await coming.WaitAsync(TimeSpan.FromMinutes(1), Cancelled));
    }

    [Fact]
    public async Task A_restarted_service_ends_its_streams_cleanly_and_they_go_on_at_the_next()
    {
        var customer = system.NewCustomer();
        var video = (await InsertAsync(customer, 1))[0];
        long last;
        await using (var first = await VideoServiceHost.StartAsync(system.Settings))
        {
            await using var stream = await customer.At(first).WatchAsync("/v1/events");
            await ProgressAsync(video, 1, 2);
            last = (await stream.TakeAsync(2))[^1].Id;

            var stopping = first.DisposeAsync();
            Assert.Empty(await stream.ToEndAsync());
            await stopping;
        }

        await ProgressAsync(video, 3, 4);
        await using var second = await VideoServiceHost.StartAsync(system.Settings);
        await using var resumed = await customer.At(second).WatchAsync("/v1/events", last);
        await ProgressAsync(video, 5, 5);

        Assert.Equal([3, 4, 5], (await resumed.TakeAsync(3)).Select(seen => seen.Progress));
    }

    [Fact]
    public async Task Without_Redis_events_come_as_well()
    {
        using var folder = new ProcessFolder("redis");
        var redis = new RedisServer(folder);
        await redis.StartAsync(Cancelled);
        await using var service = await VideoServiceHost.StartAsync(new Dictionary<string, string>(system.Settings)
        {
            ["ConnectionStrings:redis"] = redis.ConnectionString,
        });
        var customer = system.NewCustomer();
        var video = (await InsertAsync(customer, 1))[0];
        await using var stream = await customer.At(service).WatchAsync($"/v1/videos/{video.Id}/events");
        await ProgressAsync(video, 1, 1);
        Assert.Equal(1, (await stream.NextAsync())!.Progress);

        await redis.KillAsync(Cancelled);
        await ProgressAsync(video, 2, 2);
        Assert.Equal(2, (await stream.NextAsync())!.Progress);

        await redis.StartAsync(Cancelled);
        await ProgressAsync(video, 3, 3);
        Assert.Equal(3, (await stream.NextAsync())!.Progress);
    }

    [Fact]
    public async Task A_reader_who_does_not_read_holds_nobody_up_and_catches_up_later()
    {
        const int Events = 4_000;
        var customer = system.NewCustomer();
        var video = (await InsertAsync(customer, 1, prompt: new string('x', 2_000)))[0];
        await using var slow = await customer.WatchAsync("/v1/events");
        await using var quick = await customer.WatchAsync("/v1/events");

        await ProgressAsync(video, 1, Events);

        var expected = Enumerable.Range(1, Events);
        Assert.Equal(expected, (await quick.TakeAsync(Events)).Select(seen => seen.Progress));
        Assert.Equal(expected, (await slow.TakeAsync(Events)).Select(seen => seen.Progress));
    }

    private static async Task WriteAsync(NpgsqlDataSource source, Video video)
    {
        for (var version = 1; version <= Rows; version++)
        {
            await using var writer = await Writer.InsertAsync(source, video, version);
            await Task.Delay(Random.Shared.Next(8), Cancelled);
            await (Random.Shared.Next(5) == 0 ? writer.RollBackAsync() : writer.CommitAsync());
        }
    }

    /// <summary>Reads a few events, goes, and comes back with the last id, until all is written and read.</summary>
    private async Task<IReadOnlyList<long>> ComeAndGoAsync(Customer customer, WatchedStream first, Task writing)
    {
        var seen = new List<long>();
        var stream = first;
        while (true)
        {
            seen.AddRange((await stream.TakeAsync(Random.Shared.Next(1, 8))).Select(item => item.Id));
            await stream.DisposeAsync();
            stream = await customer.WatchAsync("/v1/events", seen[^1]);
            if (!writing.IsCompleted)
            {
                continue;
            }

            var left = (await system.Videos.QueryAsync<int>(
                "select count(*)::int from video_timeline where project = @Project and position > @Last",
                new { customer.Caller.Project, Last = seen[^1] })).Single();
            seen.AddRange((await stream.TakeAsync(left)).Select(item => item.Id));
            await stream.DisposeAsync();
            return seen;
        }
    }

    private async Task<IReadOnlyList<Video>> InsertAsync(Customer customer, int count, string? prompt = null)
    {
        var videos = new List<Video>();
        for (var i = 0; i < count; i++)
        {
            videos.Add(await system.Videos.InsertAsync(SomeVideo.Of(customer) with { Prompt = prompt ?? customer.Prompt }));
        }

        return videos;
    }

    /// <summary>Several changes in one commit; the version is the progress.</summary>
    private Task ProgressAsync(Video video, int from, int to) => system.Videos.ExecuteAsync(
        """
        insert into video_timeline (video_id, version, project, stage, progress, at)
        select @Id, version, @Project, 'rendering', version, now() from generate_series(@from, @to) as version
        order by version
        """,
        new { video.Id, video.Project, from, to });
}
