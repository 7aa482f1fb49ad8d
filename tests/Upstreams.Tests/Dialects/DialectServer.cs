using System.Collections.Concurrent;

namespace Sora.Upstreams.Tests.Dialects;

/// <summary>
/// A server of one family on a free port, with the shapes that its own sources and documents show. Each keeps jobs in
/// memory and takes only what the real one takes.
/// </summary>
internal abstract class DialectServer : IAsyncDisposable
{
    public static readonly byte[] Mp4 = [0, 0, 0, 24, .. "ftypisom"u8, .. new byte[500]];

    private readonly ConcurrentDictionary<string, Job> _jobs = new();
    private readonly ConcurrentQueue<IHeaderDictionary> _headers = new();
    private WebApplication? _app;

    public Uri BaseUrl => new($"{_app!.Urls.First()}/v1");

    /// <summary>The name of the dialect that is meant for it.</summary>
    public abstract string Dialect { get; }

    /// <summary>The headers of every request that came.</summary>
    public IReadOnlyList<IHeaderDictionary> Headers => [.. _headers];

    /// <summary>What it took from the last create.</summary>
    public Job Last { get; private set; } = new("", "", "", "", 0, null);

    public static async Task<T> StartAsync<T>()
        where T : DialectServer, new()
    {
        var server = new T();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        server._app = builder.Build();
        server._app.Use(async (context, next) =>
        {
            server._headers.Enqueue(new HeaderDictionary(context.Request.Headers.ToDictionary()));
            await next(context);
        });
        server.Map(server._app);
        await server._app.StartAsync();
        return server;
    }

    /// <summary>What happens when its process restarts.</summary>
    public void Restart() => _jobs.Clear();

    public void Move(string id, string status, double progress, object? error = null) =>
        _jobs[id] = _jobs[id] with { Status = status, Progress = progress, Error = error };

    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource(TimeSpan.Zero);
        await _app!.StopAsync(atOnce.Token);
        await _app.DisposeAsync();
    }

    /// <summary>The job that a create asks for, or the refusal.</summary>
    protected abstract Task<(Job? Job, IResult? Refusal)> ReadAsync(HttpRequest request);

    /// <summary>The answer to a create.</summary>
    protected abstract IResult Created(Job job);

    /// <summary>A job in the server's own words.</summary>
    protected abstract object Shape(Job job);

    /// <summary>Its words for an id that it does not know.</summary>
    protected abstract IResult NotFound(string id);

    protected virtual IResult Listed(HttpRequest request, IReadOnlyList<Job> jobs) => Results.NotFound();

    protected virtual IResult Deleted(Job job) => Results.NotFound();

    protected virtual IResult Content(Job job) =>
        job.Status == "completed" ? Results.Bytes(Mp4, "video/mp4") : NotReady(job);

    protected abstract IResult NotReady(Job job);

    /// <summary>Reads the official form: text parts and a file.</summary>
    protected static async Task<Job> ReadFormAsync(HttpRequest request, string id)
    {
        var form = await request.ReadFormAsync();
        var file = form.Files["input_reference"];
        return new Job(
            id, form["model"]!, form["prompt"]!, form["size"]!, int.Parse(form["seconds"]!), file?.ContentType)
        {
            Extra = form.Keys.Except(["model", "prompt", "size", "seconds"]).ToDictionary(key => key, key => $"{form[key]}"),
        };
    }

    protected static string Hex() => Guid.NewGuid().ToString("N");

    private void Map(WebApplication app)
    {
        app.MapPost("/v1/videos", async (HttpRequest request) =>
        {
            var (job, refusal) = await ReadAsync(request);
            if (job is null)
            {
                return refusal!;
            }

            _jobs[job.Id] = Last = job;
            return Created(job);
        });
        app.MapGet("/v1/videos", (HttpRequest request) =>
            Listed(request, [.. _jobs.Values.OrderByDescending(job => job.CreatedAt)]));
        app.MapGet("/v1/videos/{id}", (string id) =>
            _jobs.TryGetValue(id, out var job) ? Results.Json(Shape(job)) : NotFound(id));
        app.MapGet("/v1/videos/{id}/content", (string id) =>
            _jobs.TryGetValue(id, out var job) ? Content(job) : NotFound(id));
        app.MapDelete("/v1/videos/{id}", (string id) =>
            _jobs.TryRemove(id, out var job) ? Deleted(job) : NotFound(id));
    }
}

/// <summary>A job as a server keeps it.</summary>
internal sealed record Job(string Id, string Model, string Prompt, string Size, int Seconds, string? Image)
{
    public string Status { get; init; } = "queued";

    public double Progress { get; init; }

    public object? Error { get; init; }

    public long CreatedAt { get; } = 1_780_000_000;

    public IReadOnlyDictionary<string, string> Extra { get; init; } = new Dictionary<string, string>();
}
