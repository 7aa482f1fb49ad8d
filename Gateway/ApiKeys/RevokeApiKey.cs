using Sora.Gateway.Requests;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Identity;

namespace Sora.Gateway.ApiKeys;

/// <summary>
/// <c>DELETE /v1/api_keys/{id}</c>: for good, on every gateway within a second. A key may revoke itself, and one that is
/// revoked already stays so.
/// </summary>
internal static class RevokeApiKey
{
    private const string Revoke =
        """
        update api_keys set revoked_at = @Now, previous_prefix = null, previous_digest = null, previous_expires_at = null
        where id = @Id and project_id = @Project
        """;

    public static async Task<IResult> HandleAsync(
        string id, Caller caller, ServiceDatabase database, TimeProvider clock, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var work = await database.BeginAsync(caller, cancellationToken);
        if (await ApiKeyRow.LockAsync(work, caller, id, cancellationToken) is not { } row)
        {
            return ApiKeyRow.NotFound();
        }

        if (row.RevokedAt is null)
        {
            await work.ExecuteAsync(Revoke, new { Id = id, caller.Project, Now = now }, cancellationToken);
            work.Record(caller, "api_key.revoked", id, now, ("name", row.Name), ("user", row.UserId));
            await work.CommitAsync(cancellationToken);
        }

        return TypedResults.Ok(new Deleted(id, "api_key.deleted", true));
    }
}
