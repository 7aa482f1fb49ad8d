using System.Collections.Concurrent;
using System.Text.Json;

namespace Sora.VideoService.Tests.Drivers;

/// <summary>A submission as it arrived.</summary>
internal sealed record AskedSubmission(
    string Upstream, string Key, string Prompt, string? Model, string? Size, string? Seconds, byte[]? Reference, string? RemixOf)
{
    /// <summary><c>edits</c> or <c>extensions</c>, or null.</summary>
    public string? Operation { get; init; }

    /// <summary>The source, by the upstream's own id or as a file.</summary>
    public (string? Id, byte[]? File) Source { get; init; }

    public string[] Characters { get; init; } = [];
}

/// <summary>A character as it arrived.</summary>
internal sealed record AskedCharacter(string Id, string Upstream, string Name, byte[] Clip);

/// <summary>A video at the upstream; tests move it.</summary>
internal sealed class StubVideo(string id, AskedSubmission submission, long createdAt)
{
    private int _looks;

    public string Id => id;

    public AskedSubmission Submission => submission;

    public string Status { get; set; } = "queued";

    public int Progress { get; set; }

    public long? ExpiresAt { get; set; }

    public bool IsForgotten { get; set; }

    public bool IsDeleted { get; set; }

    public int Looks => _looks;

    public void Look() => Interlocked.Increment(ref _looks);

    public object Json => new
    {
        id,
        @object = "video",
        status = Status,
        progress = Progress,
        created_at = createdAt,
        expires_at = ExpiresAt,
        prompt = submission.Prompt,
        model = submission.Model,
        size = submission.Size,
        seconds = submission.Seconds,
        error = Status is "failed" ? new { code = "moderation_blocked", message = "Blocked." } : null,
    };
}

/// <summary>What the upstream does with a submission; the video is made only when asked for.</summary>
internal delegate Task<IResult> SubmitPlan(HttpContext context, Func<StubVideo> accept);

/// <summary>Stands for all upstreams: accepts every submission unless its prompt's plans say otherwise.</summary>
internal sealed class StubUpstream(TimeProvider clock)
{
    private readonly ConcurrentQueue<AskedSubmission> _submissions = new();
    private readonly ConcurrentDictionary<string, StubVideo> _videos = new();
    private readonly ConcurrentDictionary<string, ConcurrentQueue<SubmitPlan>> _plans = new();
    private readonly ConcurrentQueue<AskedCharacter> _characters = new();
    private readonly ConcurrentDictionary<string, Func<string, IResult>> _casting = new();

    public IReadOnlyList<AskedCharacter> CharactersNamed(string name) =>
        [.. _characters.Where(character => character.Name == name)];

    /// <summary>What becomes of characters of this name, given their id; made, unless there is something else.</summary>
    public void Cast(string name, Func<string, IResult> answer) => _casting[name] = answer;

    /// <summary>A finished video that the upstream has had for long.</summary>
    public StubVideo Place(string upstreamId, string upstream = Wiring.Plain)
    {
        var submission = new AskedSubmission(upstream, "", $"{upstreamId} is done", null, null, null, null, null);
        return _videos[upstreamId] = new StubVideo(upstreamId, submission, clock.GetUtcNow().ToUnixTimeSeconds())
        {
            Status = "completed",
            Progress = 100,
        };
    }

    public IReadOnlyList<AskedSubmission> SubmissionsOf(string prompt) =>
        [.. _submissions.Where(submission => submission.Prompt == prompt)];

    public IReadOnlyList<StubVideo> VideosOf(string prompt) =>
        [.. _videos.Values.Where(video => video.Submission.Prompt == prompt)];

    /// <summary>Plans for a prompt's submissions, the first for the first; then they are accepted.</summary>
    public void Plan(string prompt, params SubmitPlan[] plans) => _plans[prompt] = new(plans);

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/{upstream}/v1/videos", (string upstream, HttpContext context) => SubmitAsync(upstream, null, context));
        app.MapPost("/{upstream}/v1/videos/{id}/remix", SubmitAsync);
        foreach (var operation in new[] { "edits", "extensions" })
        {
            app.MapPost(
                $"/{{upstream}}/v1/videos/{operation}",
                (string upstream, HttpContext context) => SubmitAsync(upstream, null, context));
        }

        app.MapPost("/{upstream}/v1/videos/characters", CastAsync);
        app.MapGet("/{upstream}/v1/videos", List);
        app.MapGet("/{upstream}/v1/videos/{id}", (string id) =>
        {
            if (!_videos.TryGetValue(id, out var video))
            {
                return Results.NotFound();
            }

            video.Look();
            return video.IsForgotten ? Results.NotFound() : Results.Ok(video.Json);
        });
        app.MapDelete("/{upstream}/v1/videos/{id}", (string id) =>
        {
            if (_videos.TryGetValue(id, out var video))
            {
                video.IsDeleted = true;
            }

            return Results.Ok(new { id, @object = "video.deleted", deleted = true });
        });
    }

    private async Task<IResult> SubmitAsync(string upstream, string? id, HttpContext context)
    {
        var submission = await ReadAsync(upstream, id, context.Request);
        _submissions.Enqueue(submission);
        StubVideo Accept()
        {
            var video = new StubVideo($"up-{Guid.NewGuid():n}", submission, clock.GetUtcNow().ToUnixTimeSeconds());
            return _videos[video.Id] = video;
        }

        return _plans.TryGetValue(submission.Prompt, out var plans) && plans.TryDequeue(out var plan)
            ? await plan(context, Accept)
            : Results.Ok(Accept().Json);
    }

    private async Task<IResult> CastAsync(string upstream, HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        var (id, name) = ($"cast-{Guid.NewGuid():n}", form["name"].ToString());
        _characters.Enqueue(new AskedCharacter(id, upstream, name, (await BytesAsync(form, "video"))!));
        return _casting.TryGetValue(name, out var answer) ? answer(id) : Results.Ok(new { id, name, created_at = 1 });
    }

    private static async Task<AskedSubmission> ReadAsync(string upstream, string? remixOf, HttpRequest request)
    {
        var key = request.Headers["Idempotency-Key"].ToString();
        if (!request.HasFormContentType)
        {
            using var json = await JsonDocument.ParseAsync(request.Body);
            return new(upstream, key, json.RootElement.GetProperty("prompt").GetString()!, null, null, null, null, remixOf);
        }

        var form = await request.ReadFormAsync();
        return new(
            upstream, key, form["prompt"].ToString(), form["model"], form["size"], form["seconds"],
            await BytesAsync(form, "input_reference"), remixOf)
        {
            Operation = request.Path.Value!.Split('/')[^1] is { } word and not "videos" ? word : null,
            Source = (form["video[id]"], await BytesAsync(form, "video")),
            Characters = [.. form["characters[][id]"].OfType<string>()],
        };
    }

    private static async Task<byte[]?> BytesAsync(IFormCollection form, string name)
    {
        if (form.Files.GetFile(name) is not { } file)
        {
            return null;
        }

        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    private IResult List(string upstream, int limit, string? after)
    {
        var videos = _videos.Values.Where(video => video.Submission.Upstream == upstream && !video.IsForgotten)
            .OrderByDescending(video => video.Id, StringComparer.Ordinal)
            .Where(video => after is null || string.CompareOrdinal(video.Id, after) < 0)
            .ToList();
        return Results.Ok(new
        {
            @object = "list",
            data = videos.Take(limit).Select(video => video.Json),
            has_more = videos.Count > limit,
        });
    }
}
