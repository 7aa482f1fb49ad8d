using Sora.ServiceDefaults;
using Sora.TestServers.Processes;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Tests.Requests;

/// <summary>Reads by id come from Redis and are never older than what the reader could know.</summary>
public sealed class CachedReadTests(VideoSystem system)
{
    [Fact]
    public Task A_second_read_comes_from_the_cache() => OnAQuickRedisAsync(async (customer, video) =>
    {
        var first = await GetAsync(customer, video);
        await ProgressUnnoticedAsync(video);
        var second = await GetAsync(customer, video);

        return first.Body.GetRawText() == second.Body.GetRawText()
            && first.Headers["openai-poll-after-ms"] == second.Headers["openai-poll-after-ms"];
    });

    [Fact]
    public Task A_transition_is_seen_by_the_next_read() => OnAQuickRedisAsync(async (customer, video) =>
    {
        await GetAsync(customer, video);
        await system.Get<FactWriter>().ApplyAsync(video.Id, new VideoFact.Observed(
            Lifecycle.Story.Observed(Upstreams.UpstreamStatus.InProgress, 61).Video, TimeSpan.FromHours(1)));

        return (await GetAsync(customer, video)).Text("progress") == "61";
    });

    [Fact]
    public Task A_transition_needs_no_read_of_the_database() => OnAQuickRedisAsync(async (customer, video) =>
    {
        await system.Get<FactWriter>().ApplyAsync(video.Id, new VideoFact.Observed(
            Lifecycle.Story.Observed(Upstreams.UpstreamStatus.InProgress, 61).Video, TimeSpan.FromHours(1)));
        await ProgressUnnoticedAsync(video);

        return (await GetAsync(customer, video)).Text("progress") == "61";
    });

    [Fact]
    public Task A_claimed_submission_is_seen_by_the_next_read() => OnAQuickRedisAsync(async (customer, _) =>
    {
        var (arrived, released) = (new TaskCompletionSource(), new TaskCompletionSource());
        system.Upstream.Plan(customer.Prompt, SubmitPlans.Hold(arrived, released.Task));
        var video = await system.Videos.InsertAsync(SomeVideo.Of(customer) with
        {
            Stage = VideoStage.Accepted,
            UpstreamId = null,
            Attempt = 0,
        });
        await GetAsync(customer, video);

        await system.Videos.HurryAsync(video.Id);
        await arrived.Task;
        var stage = (await GetAsync(customer, video)).Text("sora", "stage");
        released.SetResult();

        return stage == "submitting";
    });

    [Fact]
    public Task A_slow_reader_cannot_put_back_what_is_out_of_date() => OnAQuickRedisAsync(async (_, video) =>
    {
        var cache = system.Get<VideoCache>();
        await KeepAsync(7, "seven");
        await KeepAsync(6, "six");
        var afterOlder = await FindAsync();
        await cache.RenewAsync([video with { Version = 8, DeletedAt = video.CreatedAt }]);
        await KeepAsync(7, "seven");
        var afterDeletion = await FindAsync();
        await KeepAsync(8, "eight");

        return (afterOlder, afterDeletion, await FindAsync()) == ("seven", null, "eight");

        Task KeepAsync(int version, string answer) => cache.KeepAsync(
            video with { Version = version }, new VideoAnswer(1000, System.Text.Encoding.UTF8.GetBytes(answer)));

        async Task<string?> FindAsync() => await cache.FindAsync(video.Project, video.Id) is { } answer
            ? System.Text.Encoding.UTF8.GetString(answer.Json.Span)
            : null;
    });

    [Fact]
    public Task A_flushed_cache_is_filled_again() => OnAQuickRedisAsync(async (customer, video) =>
    {
        await GetAsync(customer, video);
        await system.Get<Redis>().TryAsync("FLUSHDB", database => database.ExecuteAsync("FLUSHDB"));
        await ProgressUnnoticedAsync(video);

        return (await GetAsync(customer, video)).Text("progress") == "77";
    });

    [Fact]
    public async Task Without_Redis_everything_still_works()
    {
        await using var service = await VideoServiceHost.StartAsync(new Dictionary<string, string>(system.Settings)
        {
            ["ConnectionStrings:redis"] = $"127.0.0.1:{FreePort.Next()}",
        });
        var customer = system.NewCustomer().At(service);
        var video = await system.Videos.InsertAsync(SomeVideo.Of(customer));

        Assert.Equal("0", (await GetAsync(customer, video)).Text("progress"));
        await ProgressUnnoticedAsync(video);

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

    /// <summary>
    /// Redis has a quarter of a second for a call and is left alone for a second when it misses that, as it may on a busy
    /// machine; what is broken fails each time.
    /// </summary>
    private async Task OnAQuickRedisAsync(Func<Customer, Video, Task<bool>> succeeds)
    {
        for (var attempt = 0; attempt < 5; attempt++)
        {
            await Wait.UntilAsync("Redis answers", async _ => await system.Get<Redis>().TryAsync(
                "PING", async database => await database.PingAsync() > TimeSpan.Zero));
            var customer = system.NewCustomer();
            if (await succeeds(customer, await system.Videos.InsertAsync(SomeVideo.Of(customer))))
            {
                return;
            }
        }

        Assert.Fail("Not once in five attempts.");
    }

    private Task ProgressUnnoticedAsync(Video video) =>
        system.Videos.ExecuteAsync("update videos set progress = 77 where id = @Id", new { video.Id });

    private static async Task<Answer> GetAsync(Customer customer, Video video)
    {
        var answer = await customer.GetAsync($"/v1/videos/{video.Id}");
        Assert.Equal(200, answer.Status);
        return answer;
    }
}
