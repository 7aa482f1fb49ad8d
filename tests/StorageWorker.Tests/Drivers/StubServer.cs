using System.Collections.Concurrent;

namespace Sora.StorageWorker.Tests.Drivers;

/// <summary>
/// Everything that the StorageWorker calls, on one port: an upstream, VideoService, and a host with images. A
/// path that nobody has set up answers 404.
/// </summary>
internal sealed class StubServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, RequestDelegate> _answers = new();
    private readonly ConcurrentDictionary<string, int> _calls = new();

    private StubServer(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    public static async Task<StubServer> StartAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var stub = new StubServer(app);
        app.Run(stub.AnswerAsync);
        await app.StartAsync();
        return stub;
    }

    /// <summary>Sets up what a path with its query answers.</summary>
    public void On(string path, RequestDelegate answer) => _answers[path] = answer;

    /// <summary>Sets up answers that are given in turn; the last one stays.</summary>
    public void On(string path, params RequestDelegate[] inTurn)
    {
        var next = -1;
        On(path, context => inTurn[Math.Min(Interlocked.Increment(ref next), inTurn.Length - 1)](context));
    }

    public int CallsOf(string path) => _calls.GetValueOrDefault(path);

    public async ValueTask DisposeAsync()
    {
        // Answers that hang on purpose must not hold the end up.
        using var now = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path + context.Request.QueryString;
        _calls.AddOrUpdate(path, 1, (_, calls) => calls + 1);
        if (_answers.TryGetValue(path, out var answer))
        {
            return answer(context);
        }

        context.Response.StatusCode = 404;
        return context.Response.WriteAsJsonAsync(new { error = new { message = "Not found." } });
    }
}
