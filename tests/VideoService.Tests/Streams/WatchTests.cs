using System.Text.Json.Nodes;
using Sora.TestServers.Processes;
using Sora.Upstreams;
using Sora.VideoService.Tests.Lifecycle;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Tests.Streams;

public sealed class WatchTests(VideoSystem system)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_videos_stream_shows_it_as_it_is_then_each_change_and_ends_with_it()
    {
        var customer = system.NewCustomer();
        var video = await RenderingAsync(customer);
        await using var stream = await customer.WatchAsync($"/v1/videos/{video.Id}/events");
        var first = (await stream.NextAsync())!;

        await ObserveAsync(video, UpstreamStatus.InProgress, 60);
        await ObserveAsync(video, UpstreamStatus.Failed, null);
        var rest = await stream.ToEndAsync();

        Assert.Equal(("video.in_progress", "rendering", 40), (first.Name, first.Stage, first.Progress));
        Assert.Equal(
            [("video.in_progress", "rendering", 60), ("video.failed", "failed", 60)],
            rest.Select(seen => (seen.Name, seen.Stage, seen.Progress)));
        Assert.True(first.Id < rest[0].Id && rest[0].Id < rest[1].Id);
    }

    [Fact]
    public async Task An_events_data_is_the_video_as_a_read_gives_it()
    {
        var customer = system.NewCustomer();
        var video = await RenderingAsync(customer);
        await using var stream = await customer.WatchAsync($"/v1/videos/{video.Id}/events");

        await ObserveAsync(video, UpstreamStatus.Failed, null);
        var seen = (await stream.ToEndAsync())[^1];

        var read = await customer.GetAsync($"/v1/videos/{video.Id}");
        Assert.Equal(JsonNode.Parse(read.Body.GetRawText())!.ToJsonString(), seen.Video.ToJsonString());
    }

    [Fact]
    public async Task What_is_replayed_shows_the_video_as_it_was_then()
    {
        var customer = system.NewCustomer();
        var video = await RenderingAsync(customer);
        await ObserveAsync(video, UpstreamStatus.Failed, null);

        await using var stream = await customer.WatchAsync("/v1/events", 0);
        var events = await stream.TakeAsync(2);

        Assert.Equal(["video.in_progress", "video.failed"], events.Select(seen => seen.Name));
        Assert.Equal(("in_progress", null, null), (
            (string?)events[0].Video["status"], events[0].Video["error"], events[0].Video["completed_at"]));
        Assert.Equal("nsfw", (string?)events[1].Video["error"]!["code"]);
    }

    [Fact]
    public async Task Whoever_has_seen_the_end_is_told_not_to_come_again()
    {
        var customer = system.NewCustomer();
        var video = await RenderingAsync(customer);
        await ObserveAsync(video, UpstreamStatus.Failed, null);
        await using var stream = await customer.WatchAsync($"/v1/videos/{video.Id}/events");
        var end = Assert.Single(await stream.ToEndAsync());

        using var again = await customer.SendAsync(
            new HttpRequestMessage(HttpMethod.Get, $"/v1/videos/{video.Id}/events?after={end.Id}"));

        Assert.Equal("video.failed", end.Name);
        Assert.Equal(204, (int)again.StatusCode);
    }

    [Fact]
    public async Task Nobody_sees_anything_of_another_project()
    {
        var (owner, stranger) = (system.NewCustomer(), system.NewCustomer());
        var (video, own) = (await RenderingAsync(owner), await RenderingAsync(stranger));
        await using var live = await stranger.WatchAsync("/v1/events");

        await ObserveAsync(video, UpstreamStatus.InProgress, 60);
        await ObserveAsync(own, UpstreamStatus.InProgress, 70);
        await using var replay = await stranger.WatchAsync("/v1/events", 0);

        Assert.Equal(own.Id, (await live.NextAsync())!.VideoId);
        Assert.All(await replay.TakeAsync(2), seen => Assert.Equal(own.Id, seen.VideoId));
        Assert.Equal(404, (await stranger.GetAsync($"/v1/videos/{video.Id}/events")).Status);
    }

    [Fact]
    public async Task A_deleted_videos_stream_ends_and_is_not_found_any_more()
    {
        var customer = system.NewCustomer();
        var video = await RenderingAsync(customer);
        await using var stream = await customer.WatchAsync($"/v1/videos/{video.Id}/events");
        await stream.NextAsync();

        await customer.CallAsync(HttpMethod.Delete, $"/v1/videos/{video.Id}");

        Assert.Empty(await stream.ToEndAsync());
        Assert.Equal(404, (await customer.GetAsync($"/v1/videos/{video.Id}/events")).Status);
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("-1")]
    [InlineData("99999999999999999999")]
    public async Task An_id_that_no_event_has_is_a_mistake(string after) =>
        Assert.Equal((400, "after", "invalid_value"), (await system.NewCustomer().GetAsync($"/v1/events?after={after}")).Refusal);

    [Fact]
    public async Task A_project_may_have_so_many_streams_and_is_told_so()
    {
        await using var service = await StartAsync(("Streams:MaxPerProject", "2"));
        var customer = system.NewCustomer().At(service);
        await using var first = await customer.WatchAsync("/v1/events");
        await using var second = await customer.WatchAsync("/v1/events");

        var third = await customer.GetAsync("/v1/events");
        Assert.Equal((429, null, "too_many_streams"), third.Refusal);
        Assert.Equal("5", third.Headers["Retry-After"]);
        await using var other = await system.NewCustomer().At(service).WatchAsync("/v1/events");

        await second.DisposeAsync();
        await Wait.UntilAsync("there is room again", async _ =>
        {
            using var again = await customer.SendAsync(
                new HttpRequestMessage(HttpMethod.Get, "/v1/events"), HttpCompletionOption.ResponseHeadersRead);
            return again.IsSuccessStatusCode;
        });
    }

    [Fact]
    public async Task A_silent_stream_shows_that_it_lives_and_says_when_to_come_again()
    {
        await using var service = await StartAsync(("Streams:Heartbeat", "00:00:00.100"));
        await using var stream = await system.NewCustomer().At(service).WatchAsync("/v1/events");
        using var reader = new StreamReader(stream.Body);

        Assert.Equal("retry: 1000", await reader.ReadLineAsync(Cancelled));
        Assert.Matches(@"^id: \d+$", await reader.ReadLineAsync(Cancelled));
        Assert.Equal("", await reader.ReadLineAsync(Cancelled));
        Assert.Equal(":", await reader.ReadLineAsync(Cancelled));
    }

    [Fact]
    public async Task A_stream_ends_after_its_lifetime()
    {
        await using var service = await StartAsync(("Streams:Lifetime", "00:00:01"));
        await using var stream = await system.NewCustomer().At(service).WatchAsync("/v1/events");

        Assert.Empty(await stream.ToEndAsync());
    }

    private Task<VideoServiceHost> StartAsync((string Key, string Value) setting) => VideoServiceHost.StartAsync(
        new Dictionary<string, string>(system.Settings) { [setting.Key] = setting.Value });

    /// <summary>One that renders, at 40 %.</summary>
    private async Task<Video> RenderingAsync(Customer customer)
    {
        var video = await system.Videos.InsertAsync(SomeVideo.Of(customer) with { Stage = VideoStage.Submitted });
        await ObserveAsync(video, UpstreamStatus.InProgress, 40);
        return video;
    }

    private Task<FactOutcome> ObserveAsync(Video video, UpstreamStatus status, int? progress) =>
        system.Get<FactWriter>().ApplyAsync(
            video.Id, new VideoFact.Observed(Story.Observed(status, progress).Video, TimeSpan.FromHours(1)));
}
