using System.Text.Json.Serialization;
using Sora.Gateway.Requests;

namespace Sora.Gateway.Accounts;

/// <summary>Somebody in an organisation.</summary>
/// <param name="Id">The user's id, <c>user_…</c>.</param>
/// <param name="Kind">Always <c>organization.user</c>.</param>
/// <param name="Name">What people call the user.</param>
/// <param name="Email">What the user signs in with; null for one that only holds API keys.</param>
/// <param name="Role">In the organisation: owner, admin or member.</param>
/// <param name="CreatedAt">Since when the user is in the organisation; Unix time in seconds.</param>
/// <param name="DisabledAt">Since when the user may do nothing in it; null for one who may.</param>
internal sealed record UserResource(
    string Id,
    [property: JsonPropertyName("object")] string Kind,
    string Name,
    string? Email,
    string Role,
    long CreatedAt,
    long? DisabledAt) : IListed;

/// <summary>A user's row, and the query that reads it.</summary>
internal sealed class UserRow
{
    /// <summary>Everybody in the organisation <c>@Organization</c>; a further condition may follow.</summary>
    public const string Select =
        """
        select person.id, person.name, person.email, member.role, member.created_at, member.disabled_at
        from organization_members member
        join users person on person.id = member.user_id
        where member.organization_id = @Organization
        """;

    public required string Id { get; init; }
    public required string Name { get; init; }
    public string? Email { get; init; }
    public required string Role { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? DisabledAt { get; init; }

    public UserResource ToResource() => new(
        Id, "organization.user", Name, Email, Role, CreatedAt.ToUnixTimeSeconds(), DisabledAt?.ToUnixTimeSeconds());
}
