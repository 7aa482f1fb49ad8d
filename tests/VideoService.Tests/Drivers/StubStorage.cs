using System.Collections.Concurrent;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;

namespace Sora.VideoService.Tests.Drivers;

/// <summary>A reference image that was handed over.</summary>
internal sealed record KeptReference(string VideoId, string User, string Size, string? ContentType, byte[] Body);

/// <summary>A video that was handed over.</summary>
internal sealed record KeptUpload(string Id, string User, string Use, byte[] Body);

/// <summary>Stands for StorageWorker: keeps every file unless a user's answer says otherwise.</summary>
internal sealed class StubStorage(InternalTokens tokens)
{
    private readonly ConcurrentDictionary<string, KeptReference> _references = new();
    private readonly ConcurrentDictionary<string, ApiError> _errors = new();
    private readonly ConcurrentQueue<string> _hidden = new();
    private readonly ConcurrentDictionary<string, KeptUpload> _uploads = new();
    private readonly ConcurrentDictionary<string, byte[]> _clips = new();
    private readonly ConcurrentDictionary<string, (int Width, int Height, int Milliseconds)> _shapes = new();

    public IEnumerable<KeptUpload> UploadsOf(Customer customer) =>
        _uploads.Values.Where(upload => upload.User == customer.Caller.User);

    /// <summary>What the customer's uploads turn out to be; 1280x720 of 4 s unless said.</summary>
    public void Measure(Customer customer, int width, int height, int milliseconds) =>
        _shapes[customer.Caller.User] = (width, height, milliseconds);

    /// <summary>A stored clip of a finished video.</summary>
    public void KeepClip(string videoId, byte[] bytes) => _clips[videoId] = bytes;

    public IEnumerable<KeptReference> ReferencesOf(Customer customer) =>
        _references.Values.Where(reference => reference.User == customer.Caller.User);

    public bool IsHidden(string videoId) => _hidden.Contains(videoId);

    public void Refuse(Customer customer, ApiError error) => _errors[customer.Caller.User] = error;

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapPut("/internal/references/{videoId}", KeepAsync);
        app.MapGet("/internal/references/{videoId}", (string videoId) =>
            _references.TryGetValue(videoId, out var reference)
                ? Results.Bytes(reference.Body, "image/png")
                : Results.NotFound());
        app.MapPut("/internal/uploads/{id}", KeepUploadAsync);
        app.MapGet("/internal/uploads/{id}", (string id) =>
            _uploads.TryGetValue(id, out var upload) ? Results.Bytes(upload.Body, "video/mp4") : Results.NotFound());
        app.MapGet("/v1/videos/{id}/content", (string id) =>
            _clips.TryGetValue(id, out var clip) ? Results.Bytes(clip, "video/mp4") : Results.NotFound());
        app.MapPost("/internal/clips/{videoId}/hide", (string videoId) =>
        {
            _hidden.Enqueue(videoId);
            return Results.NoContent();
        });
    }

    private async Task<IResult> KeepAsync(string videoId, string size, HttpContext context)
    {
        var (user, body, refusal) = await ReceiveAsync(context);
        if (refusal is null)
        {
            _references[videoId] = new KeptReference(videoId, user, size, context.Request.ContentType, body);
        }

        return refusal ?? Results.Ok(
            new { content_type = "image/png", width = 1280, height = 720, length = body.Length, sha256 = "" });
    }

    private async Task<IResult> KeepUploadAsync(string id, string use, HttpContext context)
    {
        var (user, body, refusal) = await ReceiveAsync(context);
        var (width, height, milliseconds) = _shapes.GetValueOrDefault(user, (1280, 720, 4000));
        if (refusal is null)
        {
            _uploads[id] = new KeptUpload(id, user, use, body);
        }

        return refusal ?? Results.Ok(new { width, height, milliseconds, length = body.Length, sha256 = "" });
    }

    private async Task<(string User, byte[] Body, IResult? Refusal)> ReceiveAsync(HttpContext context)
    {
        var identity = await tokens.VerifyAsync(context.Request.Headers[InternalTokens.Header].ToString());
        if (identity?.FindFirst("sub")?.Value is not { } user)
        {
            return ("", [], Results.Unauthorized());
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        return (user, body.ToArray(), _errors.GetValueOrDefault(user));
    }
}
