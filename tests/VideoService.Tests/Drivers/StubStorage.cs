using System.Collections.Concurrent;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;

namespace Sora.VideoService.Tests.Drivers;

/// <summary>A reference image that was handed over.</summary>
internal sealed record KeptReference(string VideoId, string User, string Size, string? ContentType, byte[] Body);

/// <summary>Stands for StorageWorker: keeps every reference image unless a user's answer says otherwise.</summary>
internal sealed class StubStorage(InternalTokens tokens)
{
    private readonly ConcurrentDictionary<string, KeptReference> _references = new();
    private readonly ConcurrentDictionary<string, ApiError> _errors = new();
    private readonly ConcurrentQueue<string> _hidden = new();

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
        app.MapPost("/internal/clips/{videoId}/hide", (string videoId) =>
        {
            _hidden.Enqueue(videoId);
            return Results.NoContent();
        });
    }

    private async Task<IResult> KeepAsync(string videoId, string size, HttpContext context)
    {
        var identity = await tokens.VerifyAsync(context.Request.Headers[InternalTokens.Header].ToString());
        if (identity?.FindFirst("sub")?.Value is not { } user)
        {
            return Results.Unauthorized();
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        if (_errors.TryGetValue(user, out var error))
        {
            return error;
        }

        _references[videoId] = new KeptReference(videoId, user, size, context.Request.ContentType, body.ToArray());
        return Results.Ok(new { content_type = "image/png", width = 1280, height = 720, length = body.Length, sha256 = "" });
    }
}
