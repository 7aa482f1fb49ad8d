using System.Net;
using System.Net.Sockets;
using System.Text;
using Sora.Gateway.Tests.Harness;
using Sora.ServiceDefaults;
using Sora.ServiceDefaults.Identity;
using Xunit;

namespace Sora.Gateway.Tests;

/// <summary>What a service hears about the way of its answers, where it asks for that.</summary>
public sealed class DeliveryTests(Edge edge)
{
    private const string Path = "/v1/videos/video_delivery/remix";

    [Fact]
    public async Task A_delivered_answer_is_confirmed_before_the_next_request_of_its_connection()
    {
        var confirmed = Expect("video_1", "video_2");
        Answer((context, number) => WriteAsync(context, $"video_{number}"));
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 1 });
        for (var number = 1; number <= 2; number++)
        {
            using var request = edge.Request(HttpMethod.Post, Path);
            request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
            using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);

            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.False(answer.Headers.Contains(DeliveryReceipt.Header));
            using var next = await http.SendAsync(
                edge.Request(HttpMethod.Get, "/v1/videos"), TestContext.Current.CancellationToken);
            Assert.True(confirmed[$"video_{number}"].Task.IsCompletedSuccessfully);
        }

        var caller = await confirmed["video_1"].Task;
        Assert.StartsWith("proj_", caller!.Project, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_leaves_ends_the_request_at_the_service_and_nothing_is_confirmed()
    {
        var confirmed = Expect("video_left", "video_stayed");
        var (arrived, left) = (new TaskCompletionSource(), new TaskCompletionSource());
        Answer(async (context, number) =>
        {
            if (number == 1)
            {
                context.RequestAborted.Register(left.SetResult);
                arrived.SetResult();
                await left.Task;
                await WriteAsync(context, "video_left");
                return;
            }

            await WriteAsync(context, "video_stayed");
        });

        using (var client = new TcpClient())
        {
            await client.ConnectAsync(edge.Address.Host, edge.Address.Port);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                $"POST {Path} HTTP/1.1\r\nHost: sora\r\nAuthorization: Bearer {edge.Key}\r\nContent-Length: 2\r\n\r\n{{}}"));
            await arrived.Task;
        }

        await left.Task;
        await SendAsync();

        await confirmed["video_stayed"].Task;
        Assert.False(confirmed["video_left"].Task.IsCompleted);
    }

    [Fact]
    public async Task An_answer_that_breaks_off_is_not_confirmed()
    {
        var confirmed = Expect("video_broken", "video_whole");
        Answer(async (context, number) =>
        {
            if (number == 1)
            {
                context.Response.Headers[DeliveryReceipt.Header] = "video_broken";
                context.Response.ContentLength = 100;
                await context.Response.WriteAsync("{");
                await context.Response.Body.FlushAsync();
                context.Abort();
                return;
            }

            await WriteAsync(context, "video_whole");
        });

        await SendAsync(HttpStatusCode.ServiceUnavailable);
        await SendAsync();

        await confirmed["video_whole"].Task;
        Assert.False(confirmed["video_broken"].Task.IsCompleted);
    }

    private void Answer(Func<HttpContext, int, Task> answer)
    {
        var number = 0;
        edge.Stub("video-service").On(Path, context => answer(context, Interlocked.Increment(ref number)));
    }

    private Dictionary<string, TaskCompletionSource<Caller?>> Expect(params string[] videos) =>
        videos.ToDictionary(video => video, video =>
        {
            var confirmed = new TaskCompletionSource<Caller?>();
            edge.Stub("video-service").On($"/internal/creates/{video}/delivered", async context =>
            {
                Assert.Equal("POST", context.Request.Method);
                confirmed.SetResult(await Caller.BindAsync(context));
                context.Response.StatusCode = 204;
            });
            return confirmed;
        });

    private static async Task WriteAsync(HttpContext context, string video)
    {
        context.Response.Headers[DeliveryReceipt.Header] = video;
        await context.Response.WriteAsync("{}");
    }

    private async Task SendAsync(HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var request = edge.Request(HttpMethod.Post, Path);
        request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        using var answer = await edge.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(expected, answer.StatusCode);
    }
}
