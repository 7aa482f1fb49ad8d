using System.Collections.Concurrent;
using System.Text;

namespace Sora.Upstreams.Tests.Servers;

/// <summary>An upstream on a free port that answers as a test says and keeps what it was asked.</summary>
internal sealed class StubServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<StubRequest> _requests = new();

    private StubServer(WebApplication app) => _app = app;

    public Uri BaseUrl => new($"{_app.Urls.First()}/v1");

    public IReadOnlyList<StubRequest> Requests => [.. _requests];

    public static async Task<StubServer> StartAsync(Func<HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new StubServer(builder.Build());
        server._app.Run(async context =>
        {
            server._requests.Enqueue(await StubRequest.ReadAsync(context.Request));
            await answer(context);
        });
        await server._app.StartAsync();
        return server;
    }

    /// <summary>A server that gives every request one answer.</summary>
    public static Task<StubServer> StartAsync(int status, string body, params (string Name, string Value)[] headers) =>
        StartAsync(async context =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/json";
            foreach (var (name, value) in headers)
            {
                context.Response.Headers[name] = value;
            }

            await context.Response.WriteAsync(body);
        });

    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(atOnce.Token);
        await _app.DisposeAsync();
    }
}

/// <summary>What an upstream was asked.</summary>
internal sealed record StubRequest(
    string Method, string Target, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public static async Task<StubRequest> ReadAsync(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body, Encoding.Latin1);
        return new StubRequest(
            request.Method,
            $"{request.Path}{request.QueryString}",
            request.Headers.ToDictionary(
                header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            await reader.ReadToEndAsync());
    }
}
