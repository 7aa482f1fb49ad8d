using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;
using Sora.StorageWorker.Clips;
using Sora.StorageWorker.Objects;

namespace Sora.StorageWorker.Shares;

/// <summary>
/// The file behind a link, for anyone who has it. Whatever stands in the way (unknown, expired, revoked, the video deleted,
/// its bytes damaged) is one and the same 404, so that a guess learns nothing.
/// </summary>
/// <remarks>
/// The token comes in a header: the gateway takes it out of the path, which logs and traces would keep.
/// </remarks>
internal sealed class OpenShare(
    ServiceDatabase database, IObjectStore store, TimeProvider clock, ILogger<OpenShare> logger)
{
    /// <summary>The header that carries the token from the gateway.</summary>
    public const string Header = "x-share-token";

    private static readonly ApiError Nothing = ApiError.NotFound("There is nothing at this address.", "share_not_found");

    /// <summary>Answers with the file, whole or in part, or 404.</summary>
    public async Task<IResult> HandleAsync(HttpRequest request)
    {
        var token = request.Headers[Header].ToString();
        return ShareToken.IsPlausible(token) && await FindAsync(token, request) is { } file
            ? new ContentAnswer(file, $"{NameOf(file)}{Path.GetExtension(file.ObjectKey)}", store, logger) { IsShared = true }
            : Nothing;
    }

    private async Task<ContentFile?> FindAsync(string token, HttpRequest request)
    {
        await using var work = await database.BeginAsync(request.HttpContext.RequestAborted);
        var file = await work.QuerySingleOrDefaultAsync<ContentFile>(
            """
            with found as (
                select shares.id, file.object_key, file.content_type, file.length, file.sha256, file.stored_at
                from shares
                    join clips on clips.video_id = shares.video_id and clips.project = shares.project
                    join clip_files file on file.video_id = shares.video_id and file.variant = shares.variant
                where shares.token_hash = @Hash and shares.revoked_at is null and shares.expires_at > @Now
                    and clips.state = 'stored' and clips.hidden_at is null
                    and (clips.expires_at is null or clips.expires_at > @Now) and file.rotten_at is null),
            counted as (
                update shares set uses = uses + 1, last_used_at = @Now from found
                where shares.id = found.id and @IsBeginning)
            select object_key, content_type, length, sha256, stored_at from found
            """,
            new { Hash = ShareToken.Hash(token), Now = clock.GetUtcNow(), IsBeginning = IsBeginning(request) },
            request.HttpContext.RequestAborted);
        await work.CommitAsync(request.HttpContext.RequestAborted);
        return file;
    }

    // A player asks for a file piece by piece: that is one use, counted where it begins.
    private static bool IsBeginning(HttpRequest request) =>
        request.Headers.Range is not [{ } range, ..] || range.StartsWith("bytes=0-", StringComparison.OrdinalIgnoreCase);

    // Not the video's id: it belongs to the owner.
    private static string NameOf(ContentFile file) => Path.GetFileNameWithoutExtension(file.ObjectKey);
}
