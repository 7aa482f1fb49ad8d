using Sora.ServiceDefaults;
using Sora.TestServers.Processes;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Tests.Requests;

/// <summary>Reads by id come from Redis and are never older than what the reader could know.</summary>
public sealed class CachedReadTests(VideoSystem system)
{
    [Fact]
    public async Task A_second_read_comes_from_the_cache()
    {
        var (customer, video) = await NewVideoAsync();

        var first = await GetAsync(customer, video);
        await system.Videos.ExecuteAsync("update videos set progress = 77 where id = @Id", new { video.Id });
        var second = await GetAsync(customer, video);

        Assert.Equal(first.Body.GetRawText(), second.Body.GetRawText());
        Assert.Equal(first.Headers["openai-poll-after-ms"], second.Headers["openai-poll-after-ms"]);
    }

    [Fact]
    public async Task A_transition_is_seen_by_the_next_read()
    {
        var (customer, video) = await NewVideoAsync();
        await GetAsync(customer, video);

        await system.Get<FactWriter>().ApplyAsync(video.Id, new VideoFact.Observed(
            Lifecycle.Story.Observed(Upstreams.UpstreamStatus.InProgress, 61).Video, TimeSpan.FromHours(1)));

        Assert.Equal("61", (await GetAsync(customer, video)).Text("progress"));
    }

    [Fact]
    public async Task A_claimed_submission_is_seen_by_the_next_read()
    {
        var customer = system.NewCustomer();
        var (arrived, released) = (new TaskCompletionSource(), new TaskCompletionSource());
        system.Upstream.Plan(customer.Prompt, SubmitPlans.Hold(arrived, released.Task));
        var video = await system.Videos.InsertAsync(SomeVideo.Of(customer) with
        {
            Stage = VideoStage.Accepted,
            UpstreamId = null,
            Attempt = 0,
        });
        Assert.Equal("accepted", (await GetAsync(customer, video)).Text("sora", "stage"));

        await system.Videos.HurryAsync(video.Id);
        await arrived.Task;

        Assert.Equal("submitting", (await GetAsync(customer, video)).Text("sora", "stage"));
        released.SetResult();
    }

    [Fact]
    public async Task A_slow_reader_cannot_put_back_what_is_out_of_date()
    {
        var (customer, video) = await NewVideoAsync();
        var answers = system.Get<VideoAnswers>();
        var cache = system.Get<VideoCache>();

        await cache.KeepAsync(video with { Version = 7 }, answers.For(video with { Progress = 70 }));
        await cache.KeepAsync(video with { Version = 6 }, answers.For(video with { Progress = 60 }));
        Assert.Equal("70", (await GetAsync(customer, video)).Text("progress"));

        await cache.ForgetAsync([video with { Version = 8 }]);
        await cache.KeepAsync(video with { Version = 7 }, answers.For(video with { Progress = 70 }));
        Assert.Null(await cache.FindAsync(video.Project, video.Id));

        await cache.KeepAsync(video with { Version = 8 }, answers.For(video with { Progress = 80 }));
        Assert.Equal("80", (await GetAsync(customer, video)).Text("progress"));
    }

    [Fact]
    public async Task A_flushed_cache_is_filled_again()
    {
        var (customer, video) = await NewVideoAsync();
        await GetAsync(customer, video);

        await system.Get<Redis>().TryAsync("FLUSHDB", database => database.ExecuteAsync("FLUSHDB"));
        await system.Videos.ExecuteAsync("update videos set progress = 77 where id = @Id", new { video.Id });

        Assert.Equal("77", (await GetAsync(customer, video)).Text("progress"));
    }

    [Fact]
    public async Task Without_Redis_everything_still_works()
    {
        var settings = new Dictionary<string, string>(system.Settings)
        {
            ["ConnectionStrings:redis"] = $"127.0.0.1:{FreePort.Next()}",
        };
        await using var service = VideoServiceHost.Start(settings);
        var customer = system.NewCustomer().At(service);
        var video = await system.Videos.InsertAsync(SomeVideo.Of(customer));

        Assert.Equal("0", (await GetAsync(customer, video)).Text("progress"));
        await system.Videos.ExecuteAsync("update videos set progress = 77 where id = @Id", new { video.Id });

        Assert.Equal("77", (await GetAsync(customer, video)).Text("progress"));
    }

    [Fact]
    public async Task A_video_that_has_ended_needs_no_more_polls()
    {
        var customer = system.NewCustomer();
        var video = await system.Videos.InsertAsync(SomeVideo.ReadyOf(customer));

        for (var read = 0; read < 2; read++)
        {
            var answer = await GetAsync(customer, video);
            Assert.Equal(("completed", "100"), (answer.Text("status"), answer.Text("progress")));
            Assert.DoesNotContain("openai-poll-after-ms", answer.Headers.Keys);
        }
    }

    private async Task<(Customer Customer, Video Video)> NewVideoAsync()
    {
        var customer = system.NewCustomer();
        return (customer, await system.Videos.InsertAsync(SomeVideo.Of(customer)));
    }

    private static async Task<Answer> GetAsync(Customer customer, Video video)
    {
        var answer = await customer.GetAsync($"/v1/videos/{video.Id}");
        Assert.Equal(200, answer.Status);
        return answer;
    }
}
