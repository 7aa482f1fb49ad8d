using Sora.Gateway.Requests;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Identity;

namespace Sora.Gateway.ApiKeys;

/// <summary>
/// <c>POST /v1/api_keys/{id}</c>: name, scopes, models, expiry and rate limits; what is not named stays, and null takes a
/// limit off.
/// </summary>
internal static class UpdateApiKey
{
    private const string Update =
        """
        update api_keys set name = @Name, scopes = @Scopes, models = @Models, expires_at = @ExpiresAt,
            requests_per_minute = @RequestsPerMinute, creates_per_minute = @CreatesPerMinute
        where id = @Id and project_id = @Project and revoked_at is null
        """;

    public static async Task<IResult> HandleAsync(
        string id,
        HttpRequest request,
        Caller caller,
        ServiceDatabase database,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var body = await JsonBody.ReadAsync(request, ApiKeyTerms.Fields, cancellationToken);
        var terms = ApiKeyTerms.Read(body, caller, now);
        body.RequireIfPresent("name", "scopes");
        if (body.Mistake is { } mistake)
        {
            return mistake;
        }

        await using var work = await database.BeginAsync(caller, cancellationToken);
        if (await ApiKeyRow.LockAsync(work, caller, id, cancellationToken) is not { } row)
        {
            return ApiKeyRow.NotFound();
        }

        if (row.RevokedAt is not null)
        {
            return ApiKeyRow.Revoked();
        }

        var changed = Change(row, terms, body);
        if (!KeyPowers.Cover(caller, row.Scopes, row.Models) || !KeyPowers.Cover(caller, changed.Scopes, changed.Models))
        {
            return KeyPowers.TooPowerful();
        }

        await work.ExecuteAsync(
            Update,
            new
            {
                changed.Name,
                changed.Scopes,
                changed.Models,
                changed.ExpiresAt,
                changed.RequestsPerMinute,
                changed.CreatesPerMinute,
                changed.Id,
                caller.Project,
            },
            cancellationToken);
        work.Record(
            caller, "api_key.updated", id, now,
            ("name", changed.Name), ("changed", string.Join(' ', ApiKeyTerms.Fields.Where(body.Has))));
        await work.CommitAsync(cancellationToken);
        return TypedResults.Ok(changed.ToResource(now));
    }

    private static ApiKeyRow Change(ApiKeyRow row, ApiKeyTerms terms, JsonBody body) => new()
    {
        Id = row.Id,
        Name = terms.Name ?? row.Name,
        Prefix = row.Prefix,
        ProjectId = row.ProjectId,
        UserId = row.UserId,
        Scopes = terms.Scopes?.ToArray() ?? row.Scopes,
        Models = body.Has("models") ? terms.Models?.ToArray() : row.Models,
        RequestsPerMinute = body.Has("requests_per_minute") ? terms.RequestsPerMinute : row.RequestsPerMinute,
        CreatesPerMinute = body.Has("creates_per_minute") ? terms.CreatesPerMinute : row.CreatesPerMinute,
        CreatedAt = row.CreatedAt,
        ExpiresAt = body.Has("expires_at") ? terms.ExpiresAt : row.ExpiresAt,
        LastUsedAt = row.LastUsedAt,
        PreviousExpiresAt = row.PreviousExpiresAt,
    };
}
