using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace Sora.ServiceDefaults.Identity;

/// <summary>
/// On whose behalf a request is served, as the internal token says. A handler takes it as a parameter.
/// </summary>
/// <param name="User">The user's id.</param>
/// <param name="Organization">The organisation's id.</param>
/// <param name="Project">The project's id; every query carries it.</param>
/// <param name="Role">The user's role: owner, admin, approver, member or viewer.</param>
/// <param name="Scopes">What the API key may do; <c>*</c> is everything.</param>
/// <param name="KeyId">The API key's id, or null for a browser session.</param>
/// <param name="RetentionDays">How long the project keeps finished clips, in days.</param>
public sealed record Caller(
    string User,
    string Organization,
    string Project,
    string Role,
    IReadOnlyList<string> Scopes,
    string? KeyId,
    int RetentionDays)
{
    /// <summary>The models that the API key may use; null: every model.</summary>
    public IReadOnlyList<string>? Models { get; init; }

    /// <summary>Whether a model may be used.</summary>
    public bool MayUse(string model) => Models is null || Models.Contains(model);

    /// <summary>Work that goes on without a request, for a job whose owner is known.</summary>
    public static Caller ForJob(string user, string organization, string project) =>
        new(user, organization, project, "service", [], null, 0);

    /// <summary>Minimal APIs call this to fill a handler's parameter.</summary>
    public static ValueTask<Caller?> BindAsync(HttpContext context) =>
        ValueTask.FromResult<Caller?>((context.User.Identity as CallerIdentity)?.Caller ?? FromPrincipal(context.User));

    internal static Caller FromPrincipal(ClaimsPrincipal principal) => new(
        Required(principal, InternalClaims.Subject),
        Required(principal, InternalClaims.Organization),
        Required(principal, InternalClaims.Project),
        Required(principal, InternalClaims.Role),
        [.. principal.FindAll(InternalClaims.Scopes).Select(claim => claim.Value)],
        principal.FindFirstValue(InternalClaims.KeyId),
        int.TryParse(principal.FindFirstValue(InternalClaims.RetentionDays), out var days) ? days : 0)
    {
        Models = principal.FindFirstValue(InternalClaims.Models)?.Split(' '),
    };

    private static string Required(ClaimsPrincipal principal, string claim) =>
        principal.FindFirstValue(claim)
        ?? throw new InvalidOperationException($"The internal token has no '{claim}'. Does the route require it?");
}

/// <summary>Names of the internal token's claims.</summary>
internal static class InternalClaims
{
    public const string Issuer = "iss";
    public const string Subject = "sub";
    public const string Organization = "org";
    public const string Project = "project";
    public const string Role = "role";
    public const string Scopes = "scopes";
    public const string KeyId = "key_id";
    public const string RetentionDays = "retention_days";

    /// <summary>One text with spaces between: an empty list of values would be no claim, which allows every model.</summary>
    public const string Models = "models";
}
