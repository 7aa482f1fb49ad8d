using System.Text.Json.Serialization;
using Sora.Gateway.Requests;

namespace Sora.Gateway.Invitations;

/// <summary>An invitation as those who invite see it.</summary>
/// <param name="Id">Its id, <c>invite_…</c>.</param>
/// <param name="Kind">Always <c>invitation</c>.</param>
/// <param name="Email">Whom it invites.</param>
/// <param name="Role">What they will be: in the organisation, or in the project.</param>
/// <param name="ProjectId">The project; null where the role is one of the organisation.</param>
/// <param name="Status">pending, accepted, revoked or expired.</param>
/// <param name="InvitedBy">Id of the user who invites.</param>
/// <param name="CreatedAt">Unix time in seconds.</param>
/// <param name="ExpiresAt">Until when it can be accepted; Unix time in seconds.</param>
/// <param name="AcceptedBy">Id of the user who accepted it, or null.</param>
internal sealed record InvitationResource(
    string Id,
    [property: JsonPropertyName("object")] string Kind,
    string Email,
    string Role,
    string? ProjectId,
    string Status,
    string InvitedBy,
    long CreatedAt,
    long ExpiresAt,
    string? AcceptedBy) : IListed
{
    /// <summary>What to hand to whoever is invited. Only in the answer that makes the invitation.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Token { get; init; }

    /// <summary>The same as a link into the studio, relative to its address.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Link { get; init; }
}

/// <summary>An invitation's row.</summary>
internal sealed class InvitationRow
{
    public const string Columns =
        "id, organization_id, project_id, role, email, invited_by, created_at, expires_at, revoked_at, accepted_at, accepted_by";

    public required string Id { get; init; }
    public required string OrganizationId { get; init; }
    public string? ProjectId { get; init; }
    public required string Role { get; init; }
    public required string Email { get; init; }
    public required string InvitedBy { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset ExpiresAt { get; init; }
    public DateTimeOffset? RevokedAt { get; init; }
    public DateTimeOffset? AcceptedAt { get; init; }
    public string? AcceptedBy { get; init; }

    /// <summary>What whoever invites is in the organisation today; read only to accept.</summary>
    public string? InvitersRole { get; init; }

    public InvitationResource ToResource(DateTimeOffset now) => new(
        Id, "invitation", Email, Role, ProjectId, Status(now), InvitedBy,
        CreatedAt.ToUnixTimeSeconds(), ExpiresAt.ToUnixTimeSeconds(), AcceptedBy);

    private string Status(DateTimeOffset now) =>
        AcceptedAt is not null ? "accepted"
        : RevokedAt is not null ? "revoked"
        : ExpiresAt <= now ? "expired"
        : "pending";
}
