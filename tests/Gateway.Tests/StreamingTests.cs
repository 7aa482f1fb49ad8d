using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Sora.Gateway.Tests.Harness;
using Xunit;

namespace Sora.Gateway.Tests;

/// <summary>Bytes pass as they come, in both directions.</summary>
public sealed class StreamingTests(Edge edge)
{
    private static CancellationToken Limit => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_answer_arrives_piece_by_piece()
    {
        var next = new SemaphoreSlim(1);
        edge.Stub("storage-worker").On("/v1/videos/video_slow/content", async context =>
        {
            context.Response.ContentType = "text/event-stream";
            for (var i = 0; i < 3; i++)
            {
                await next.WaitAsync(context.RequestAborted);
                await context.Response.WriteAsync($"data: {i}\n\n", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }
        });

        using var answer = await edge.GetAsync("/v1/videos/video_slow/content");
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Limit));
        for (var i = 0; i < 3; i++)
        {
            // The service sends the next piece only after this one is here.
            Assert.Equal($"data: {i}", await reader.ReadLineAsync(Limit));
            Assert.Equal("", await reader.ReadLineAsync(Limit));
            next.Release();
        }

        Assert.Null(await reader.ReadLineAsync(Limit));
    }

    [Fact]
    public async Task An_upload_reaches_the_service_before_it_is_complete()
    {
        // Large enough not to wait in any buffer on the way.
        var half = new byte[100 * 1024];
        var (arrived, ended) = (new TaskCompletionSource(), new TaskCompletionSource<long>());
        edge.Stub("video-service").On("/v1/videos/video_upload/remix", async context =>
        {
            await context.Request.Body.ReadExactlyAsync(new byte[1], context.RequestAborted);
            arrived.SetResult();
            using var rest = new MemoryStream();
            await context.Request.Body.CopyToAsync(rest, context.RequestAborted);
            ended.SetResult(rest.Length);
        });

        using var request = edge.Request(HttpMethod.Post, "/v1/videos/video_upload/remix");
        request.Content = new PushContent(async stream =>
        {
            await stream.WriteAsync(half, Limit);
            await arrived.Task.WaitAsync(Limit);
            await stream.WriteAsync(half, Limit);
        });
        using var answer = await edge.SendAsync(request);

        Assert.Equal((2 * half.Length) - 1, await ended.Task.WaitAsync(Limit));
    }

    [Fact]
    public async Task A_range_comes_back_as_the_service_cut_it()
    {
        edge.Stub("storage-worker").On("/v1/videos/video_range/content", context =>
            TypedResults.Bytes(Encoding.ASCII.GetBytes("0123456789"), "video/mp4", enableRangeProcessing: true)
                .ExecuteAsync(context));
        using var request = edge.Request(HttpMethod.Get, "/v1/videos/video_range/content");
        request.Headers.Range = new RangeHeaderValue(2, 4);
        using var answer = await edge.SendAsync(request);

        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal("bytes 2-4/10", answer.Content.Headers.ContentRange?.ToString());
        Assert.Equal("234", await answer.Content.ReadAsStringAsync(Limit));
    }

    [Fact]
    public async Task A_service_learns_that_the_client_has_gone()
    {
        var (began, gone) = (new TaskCompletionSource(), new TaskCompletionSource());
        edge.Stub("storage-worker").On("/v1/videos/video_left/content", async context =>
        {
            context.RequestAborted.Register(gone.SetResult);
            await context.Response.WriteAsync("a beginning", context.RequestAborted);
            began.SetResult();
            await gone.Task;
        });

        var answer = await edge.GetAsync("/v1/videos/video_left/content");
        await began.Task.WaitAsync(Limit);
        answer.Dispose();

        await gone.Task.WaitAsync(TimeSpan.FromSeconds(20), Limit);
    }

    private sealed class PushContent(Func<Stream, Task> write) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => write(stream);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
