using Sora.Gateway.Accounts;
using Sora.Gateway.Requests;
using Sora.ServiceDefaults;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;

namespace Sora.Gateway.ApiKeys;

/// <summary><c>POST /v1/api_keys</c>: a key of the caller's own; its secret is in this answer and nowhere else.</summary>
internal static class CreateApiKey
{
    private const int MostKeys = 100;

    private const string Insert =
        """
        insert into api_keys (id, name, prefix, digest, project_id, user_id, scopes, models, requests_per_minute,
            creates_per_minute, created_at, expires_at)
        select @Id, @Name, @Prefix, @Digest, @Project, @User, @Scopes, @Models::text[], @RequestsPerMinute,
            @CreatesPerMinute, @Now, @ExpiresAt::timestamptz
        where @Most > (
            select count(*) from api_keys where project_id = @Project and user_id = @User and revoked_at is null)
        """;

    public static async Task<IResult> HandleAsync(
        HttpRequest request, Caller caller, ServiceDatabase database, TimeProvider clock, CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadAsync(request, [.. ApiKeyTerms.Fields, "project"], cancellationToken);
        var project = body.Text("project", 100) ?? caller.Project;
        if (await InProjectAsync(caller, project, database, cancellationToken) is not { } owner)
        {
            return ApiError.NotFound("There is no such project.", "project_not_found", "project");
        }

        var now = clock.GetUtcNow();
        var terms = ApiKeyTerms.Read(body, owner, now);
        body.Require("name");
        if (terms.Scopes is null && !KeyPowers.Cover(owner, [Scopes.All], owner.Models))
        {
            body.Require("scopes");
        }

        if (body.Mistake is { } mistake)
        {
            return mistake;
        }

        // Narrowed to some models, the caller cannot make a key for all.
        return await InsertAsync(
            terms with { Scopes = terms.Scopes ?? [Scopes.All], Models = terms.Models ?? owner.Models },
            owner, now, database, cancellationToken);
    }

    private static async Task<IResult> InsertAsync(
        ApiKeyTerms terms, Caller owner, DateTimeOffset now, ServiceDatabase database, CancellationToken cancellationToken)
    {
        var (key, text) = ApiKey.Create();
        var row = new ApiKeyRow
        {
            Id = Ids.New("key", now),
            Name = terms.Name!,
            Prefix = key.Prefix,
            ProjectId = owner.Project,
            UserId = owner.User,
            Scopes = [.. terms.Scopes!],
            Models = terms.Models?.ToArray(),
            RequestsPerMinute = terms.RequestsPerMinute,
            CreatesPerMinute = terms.CreatesPerMinute,
            CreatedAt = now,
            ExpiresAt = terms.ExpiresAt,
        };
        await using var work = await database.BeginAsync(owner, cancellationToken);
        var inserted = await work.ExecuteAsync(
            Insert,
            new
            {
                row.Id,
                row.Name,
                row.Prefix,
                key.Digest,
                owner.Project,
                owner.User,
                row.Scopes,
                row.Models,
                row.RequestsPerMinute,
                row.CreatesPerMinute,
                Now = now,
                row.ExpiresAt,
                Most = MostKeys,
            },
            cancellationToken);
        if (inserted == 0)
        {
            return ApiError.Invalid(
                null, $"You have {MostKeys} API keys in this project, the most there can be. Revoke one.", "too_many_api_keys");
        }

        work.Record(owner, "api_key.created", row.Id, now, ("name", row.Name), ("scopes", string.Join(' ', row.Scopes)));
        await work.CommitAsync(cancellationToken);
        return TypedResults.Ok(row.ToResource(now, text));
    }

    /// <summary>
    /// The caller as in a project of theirs; null where it is not. A key stays in its own project: who steals one gets no
    /// further.
    /// </summary>
    private static async Task<Caller?> InProjectAsync(
        Caller caller, string project, ServiceDatabase database, CancellationToken cancellationToken)
    {
        if (project == caller.Project)
        {
            return caller;
        }

        if (caller.KeyId is not null)
        {
            return null;
        }

        var roles = await database.ReadAsync<string>(
            caller,
            """
            select role from effective_memberships
            where project_id = @project and organization_id = @Organization and user_id = @User
            """,
            new { project, caller.Organization, caller.User },
            cancellationToken);
        return roles is [var role] && Scopes.Allow(Roles.ScopesOf(role), Scopes.WriteKeys)
            ? caller with { Project = project, Role = role, Scopes = Roles.ScopesOf(role) }
            : null;
    }
}
