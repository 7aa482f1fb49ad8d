using System.Text.Json.Serialization;
using Sora.Gateway.Requests;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;

namespace Sora.Gateway.Accounts;

/// <summary><c>GET /v1/projects/{id}/members</c>: who may do what in a project of the caller's organisation.</summary>
internal static class ProjectMembers
{
    private const string Select =
        """
        select person.id, person.name, person.email, membership.role,
               membership.role in ('owner', 'admin') as is_inherited, coalesce(own.created_at, member.created_at) as created_at
        from effective_memberships membership
        join users person on person.id = membership.user_id
        join organization_members member
            on member.organization_id = membership.organization_id and member.user_id = membership.user_id
        left join memberships own on own.project_id = membership.project_id and own.user_id = membership.user_id
        where membership.organization_id = @Organization and membership.project_id = @id
        """;

    public static async Task<IResult> ListAsync(
        string id,
        HttpRequest request,
        Caller caller,
        ServiceDatabase database,
        Listing listing,
        CancellationToken cancellationToken)
    {
        var found = await database.ReadAsync<bool>(
            caller,
            "select exists (select from projects where id = @id and organization_id = @Organization)",
            new { id, caller.Organization },
            cancellationToken);
        return found.Single()
            ? await listing.AnswerAsync(
                request, caller, Select, new { caller.Organization, id }, (Row row) => row.ToResource())
            : NoProject(id);
    }

    /// <summary>One of them; null for somebody who may do nothing there.</summary>
    public static async Task<ProjectMemberResource?> FindAsync(
        ServiceDatabase database, Caller caller, string id, string user, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync<Row>(
            caller, $"{Select} and person.id = @user", new { caller.Organization, id, user }, cancellationToken);
        return rows.SingleOrDefault()?.ToResource();
    }

    /// <summary>There is no such project, or only elsewhere.</summary>
    public static ApiError NoProject(string id) =>
        ApiError.NotFound($"There is no project '{id}' in this organization.", "project_not_found");

    private sealed class Row
    {
        public required string Id { get; init; }
        public required string Name { get; init; }
        public string? Email { get; init; }
        public required string Role { get; init; }
        public bool IsInherited { get; init; }
        public DateTimeOffset CreatedAt { get; init; }

        public ProjectMemberResource ToResource() =>
            new(Id, "project.member", Name, Email, Role, IsInherited, CreatedAt.ToUnixTimeSeconds());
    }
}

/// <summary>Somebody who may do something in a project.</summary>
/// <param name="Id">The user's id.</param>
/// <param name="Kind">Always <c>project.member</c>.</param>
/// <param name="Name">What people call the user.</param>
/// <param name="Email">What the user signs in with; null for one that only holds API keys.</param>
/// <param name="Role">What counts there: owner, admin, approver, member or viewer.</param>
/// <param name="Inherited">Whether the role is one of the organisation's, which holds in every project.</param>
/// <param name="CreatedAt">Since when; Unix time in seconds.</param>
internal sealed record ProjectMemberResource(
    string Id,
    [property: JsonPropertyName("object")] string Kind,
    string Name,
    string? Email,
    string Role,
    bool Inherited,
    long CreatedAt) : IListed;
