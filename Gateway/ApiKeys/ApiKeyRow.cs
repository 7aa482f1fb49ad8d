using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;

namespace Sora.Gateway.ApiKeys;

/// <summary>A row of <c>api_keys</c>, without its secrets.</summary>
internal sealed class ApiKeyRow
{
    /// <summary>The keys that the caller manages: their own, or the project's; <see cref="Tenant"/> fills it in.</summary>
    public const string OfCaller =
        """
        select id, name, prefix, project_id, user_id, scopes, models, requests_per_minute, creates_per_minute, created_at,
               expires_at, revoked_at, last_used_at, previous_expires_at
        from api_keys where project_id = @Project and (@All or user_id = @User)
        """;

    public required string Id { get; init; }
    public required string Name { get; init; }
    public required string Prefix { get; init; }
    public required string ProjectId { get; init; }
    public required string UserId { get; init; }
    public required string[] Scopes { get; init; }
    public string[]? Models { get; init; }
    public int? RequestsPerMinute { get; init; }
    public int? CreatesPerMinute { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
    public DateTimeOffset? RevokedAt { get; init; }
    public DateTimeOffset? LastUsedAt { get; init; }
    public DateTimeOffset? PreviousExpiresAt { get; init; }

    /// <summary>The parameters of <see cref="OfCaller"/>, and the key's id.</summary>
    public static object Tenant(Caller caller, string? id = null) =>
        new { caller.Project, caller.User, All = KeyPowers.ManagesAll(caller), Id = id };

    /// <summary>The key, locked until the transaction ends; null when there is none or it is not the caller's.</summary>
    public static Task<ApiKeyRow?> LockAsync(
        UnitOfWork work, Caller caller, string id, CancellationToken cancellationToken) =>
        work.QuerySingleOrDefaultAsync<ApiKeyRow>(
            $"{OfCaller} and id = @Id for update", Tenant(caller, id), cancellationToken);

    public static ApiError NotFound() => ApiError.NotFound("There is no such API key.", "api_key_not_found");

    /// <summary>400: it can no longer be changed.</summary>
    public static ApiError Revoked() => ApiError.Invalid(null, "This API key has been revoked.", "api_key_revoked");

    /// <summary>As the API shows it.</summary>
    public ApiKeyResource ToResource(DateTimeOffset now, string? value = null) => new(
        Id,
        "api_key",
        Name,
        $"{Prefix}…",
        RevokedAt is not null ? "revoked" : ExpiresAt <= now ? "expired" : "active",
        ProjectId,
        UserId,
        Scopes,
        Models,
        RequestsPerMinute,
        CreatesPerMinute,
        CreatedAt.ToUnixTimeSeconds(),
        ExpiresAt?.ToUnixTimeSeconds(),
        LastUsedAt?.ToUnixTimeSeconds(),
        PreviousExpiresAt > now ? PreviousExpiresAt?.ToUnixTimeSeconds() : null)
    {
        Value = value,
    };
}
