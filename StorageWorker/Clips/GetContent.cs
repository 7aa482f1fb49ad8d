using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;
using Sora.StorageWorker.Objects;

namespace Sora.StorageWorker.Clips;

/// <summary>
/// <c>GET /v1/videos/{id}/content</c>: the bytes of a stored clip, to callers of its project.
/// </summary>
internal sealed class GetContent(
    ServiceDatabase database, IObjectStore store, AbsentContent absent, TimeProvider clock, ILogger<GetContent> logger)
{
    /// <summary>Answers with the file, or with the reason why there is none.</summary>
    public async Task<IResult> HandleAsync(
        string id, string? variant, Caller caller, CancellationToken cancellationToken)
    {
        if (ClipVariant.Find(variant ?? ClipVariant.Video.Name) is not { } wanted)
        {
            return ApiError.Invalid("variant",
                $"Invalid value: '{variant}'. Supported values are: 'video', 'thumbnail', and 'spritesheet'.");
        }

        var clip = await FindAsync(id, wanted, caller, cancellationToken);
        return clip switch
        {
            null or { State: "wanted" or "lost" } => await absent.ExplainAsync(id, caller, cancellationToken),
            { State: "deleted" } or { HiddenAt: not null } => AbsentContent.NotFound(id),
            { State: "expired" } => AbsentContent.Expired(id),
            _ when clip.ExpiresAt <= clock.GetUtcNow() => AbsentContent.Expired(id),
            { RottenAt: not null } => AbsentContent.Damaged(),
            { ObjectKey: null } => AbsentContent.PictureNotReady(wanted),
            _ => new ContentAnswer(clip.ToFile(), $"{id}{Path.GetExtension(clip.ObjectKey)}", store, logger),
        };
    }

    private async Task<Row?> FindAsync(
        string id, ClipVariant variant, Caller caller, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync<Row>(
            caller,
            """
            select clips.state, clips.hidden_at, clips.expires_at, file.object_key, file.content_type,
                coalesce(file.length, 0) as length, file.sha256, file.stored_at, file.rotten_at
            from clips left join clip_files file on file.video_id = clips.video_id and file.variant = @Name
            where clips.video_id = @id
            """,
            new { id, variant.Name },
            cancellationToken);
        return rows.SingleOrDefault();
    }

    private sealed record Row
    {
        public required string State { get; init; }

        public DateTimeOffset? HiddenAt { get; init; }

        public DateTimeOffset? ExpiresAt { get; init; }

        public DateTimeOffset? RottenAt { get; init; }

        public string? ObjectKey { get; init; }

        public string? ContentType { get; init; }

        public long Length { get; init; }

        public string? Sha256 { get; init; }

        public DateTimeOffset? StoredAt { get; init; }

        public ContentFile ToFile() => new(ObjectKey!, ContentType!, Length, Sha256!, StoredAt!.Value);
    }
}
