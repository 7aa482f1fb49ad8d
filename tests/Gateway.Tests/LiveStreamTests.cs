using Sora.Gateway.Tests.Harness;
using Xunit;

namespace Sora.Gateway.Tests;

/// <summary>Streams that have no end of their own.</summary>
public sealed class LiveStreamTests(Edge edge)
{
    private static CancellationToken Limit => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_last_events_id_reaches_the_service()
    {
        using var request = edge.Request(HttpMethod.Get, "/v1/events?after=6");
        request.Headers.Add("Last-Event-ID", "7");
        using var answer = await edge.SendAsync(request);
        var seen = await answer.Content.ReadFromJsonAsync<Seen>(Limit);

        Assert.Equal(("/v1/events?after=6", "7"), (seen!.Path, seen.Headers["last-event-id"].Single()));
    }

    [Fact]
    public async Task A_gateway_that_stops_ends_its_streams_cleanly_and_does_not_wait_for_them()
    {
        var keyFile = edge.NewKeyFile();
        var gateway = edge.Start(await edge.NewSettingsAsync(keyFile: keyFile));
        using var request = edge.Request(
            HttpMethod.Get, "/v1/videos/video_live/events", (await File.ReadAllTextAsync(keyFile, Limit)).Trim());
        request.RequestUri = new Uri(gateway.Address, "/v1/videos/video_live/events");
        var left = Serve("video-service", "/v1/videos/video_live/events");
        using var answer = await edge.SendAsync(request);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Limit));
        Assert.Equal("id: 1", await reader.ReadLineAsync(Limit));

        await gateway.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10), Limit);

        Assert.Equal("", await reader.ReadToEndAsync(Limit));
        await left.WaitAsync(TimeSpan.FromSeconds(20), Limit);
    }

    [Fact]
    public async Task A_client_that_leaves_ends_the_stream_at_the_service()
    {
        var left = Serve("video-service", "/v1/videos/video_left/events");
        var answer = await edge.GetAsync("/v1/videos/video_left/events");
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);

        answer.Dispose();

        await left.WaitAsync(TimeSpan.FromSeconds(20), Limit);
    }

    /// <summary>One event, and then nothing until the client has gone.</summary>
    private Task Serve(string service, string path)
    {
        var left = new TaskCompletionSource();
        edge.Stub(service).On(path, async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("id: 1\n", context.RequestAborted);
            context.RequestAborted.Register(left.SetResult);
            await left.Task;
        });
        return left.Task;
    }
}
