using Sora.Gateway.Requests;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;

namespace Sora.Gateway.ApiKeys;

/// <summary>
/// <c>POST /v1/api_keys/{id}/rotate</c>: a new secret; the one before goes on for the overlap, so that two are active at
/// most. While an overlap runs the caller has to say which of the two makes room: a repeated request must not end the one
/// that is in use.
/// </summary>
internal static class RotateApiKey
{
    private const int LongestOverlap = 7 * 24 * 60 * 60;
    private const int UsualOverlap = 24 * 60 * 60;

    private const string KeepCurrentAsPrevious =
        """
        update api_keys set previous_prefix = prefix, previous_digest = digest, previous_expires_at = @PreviousExpiresAt,
            prefix = @Prefix, digest = @Digest
        where id = @Id and project_id = @Project
        """;

    private const string ReplaceCurrent =
        "update api_keys set prefix = @Prefix, digest = @Digest where id = @Id and project_id = @Project";

    public static async Task<IResult> HandleAsync(
        string id,
        HttpRequest request,
        Caller caller,
        ServiceDatabase database,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadAsync(request, ["overlap_seconds", "replace"], cancellationToken);
        var overlap = TimeSpan.FromSeconds(body.Integer("overlap_seconds", 0, LongestOverlap) ?? UsualOverlap);
        var replace = body.Text("replace", 20);
        if (replace is not (null or "current" or "previous"))
        {
            body.Refuse("replace", "Invalid 'replace'. Supported values are: 'current' and 'previous'.");
        }

        if (body.Mistake is { } mistake)
        {
            return mistake;
        }

        var now = clock.GetUtcNow();
        await using var work = await database.BeginAsync(caller, cancellationToken);
        if (await ApiKeyRow.LockAsync(work, caller, id, cancellationToken) is not { } row)
        {
            return ApiKeyRow.NotFound();
        }

        return FindObstacle(row, replace, caller, now)
            ?? await RotateAsync(work, row, replace, now + overlap, caller, now, cancellationToken);
    }

    private static ApiError? FindObstacle(ApiKeyRow row, string? replace, Caller caller, DateTimeOffset now)
    {
        if (row.RevokedAt is not null)
        {
            return ApiKeyRow.Revoked();
        }

        // Who knows a key's secret acts as its user.
        if (row.UserId != caller.User)
        {
            return new ApiError(
                StatusCodes.Status403Forbidden, ApiError.InvalidRequest, "not_your_api_key", null,
                "Only its own user can rotate an API key; revoke it instead.");
        }

        if (!KeyPowers.Cover(caller, row.Scopes, row.Models))
        {
            return KeyPowers.TooPowerful();
        }

        return row.PreviousExpiresAt > now && replace is null
            ? new ApiError(
                StatusCodes.Status409Conflict, ApiError.InvalidRequest, "rotation_in_progress", "replace",
                "Two secrets of this API key are active. Say which one makes room: "
                + "'replace': 'current' (the newer) or 'previous' (the older).")
            {
                ShouldRetry = false,
            }
            : null;
    }

    private static async Task<IResult> RotateAsync(
        UnitOfWork work,
        ApiKeyRow row,
        string? replace,
        DateTimeOffset previousExpiresAt,
        Caller caller,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var (key, text) = ApiKey.Create();
        var isCurrentReplaced = replace is "current" && row.PreviousExpiresAt > now;
        await work.ExecuteAsync(
            isCurrentReplaced ? ReplaceCurrent : KeepCurrentAsPrevious,
            new { key.Prefix, key.Digest, row.Id, caller.Project, PreviousExpiresAt = previousExpiresAt },
            cancellationToken);
        work.Record(caller, "api_key.rotated", row.Id, now, ("name", row.Name));
        var rotated = await ApiKeyRow.LockAsync(work, caller, row.Id, cancellationToken);
        await work.CommitAsync(cancellationToken);
        return TypedResults.Ok(rotated!.ToResource(now, text));
    }
}
