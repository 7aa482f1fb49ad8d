using System.Text.Json.Serialization;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;

namespace Sora.StorageWorker.Shares;

/// <summary><c>DELETE /v1/videos/{id}/shares/{share}</c>: the link leads nowhere from the answer on.</summary>
internal static class RevokeShare
{
    /// <summary>Answers 200, also when it was revoked before; 404 for a link that is not the caller's.</summary>
    public static async Task<IResult> HandleAsync(
        string id,
        string share,
        Caller caller,
        ServiceDatabase database,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var work = await database.BeginAsync(caller, cancellationToken);
        var revoked = await work.ExecuteAsync(
            """
            update shares set revoked_at = @now
            where id = @share and video_id = @id and project = @Project and revoked_at is null
            """,
            new { now, share, id, caller.Project },
            cancellationToken);
        if (revoked == 1)
        {
            work.Record(caller, "share.revoked", share, now, ("video", id));
            await work.CommitAsync(cancellationToken);
        }
        else if (!await work.QuerySingleOrDefaultAsync<bool>(
            "select exists (select from shares where id = @share and video_id = @id and project = @Project)",
            new { share, id, caller.Project },
            cancellationToken))
        {
            return ApiError.NotFound($"Share with id '{share}' not found.", "share_not_found");
        }

        return Results.Ok(new RevokedShare(share, "video.share.deleted", true));
    }
}

/// <summary>The answer to a revocation.</summary>
/// <param name="Id">The link's id.</param>
/// <param name="Kind">Always <c>video.share.deleted</c>.</param>
/// <param name="Deleted">Always true.</param>
internal sealed record RevokedShare(string Id, [property: JsonPropertyName("object")] string Kind, bool Deleted);
