using System.Text.Json.Serialization;
using Sora.Gateway.Accounts;
using Sora.ServiceDefaults.Database;

namespace Sora.Gateway.Sessions;

/// <summary>Says who is signed in and what they may do, for <c>GET /v1/session</c> and whatever begins a session.</summary>
internal sealed class SessionReader(ServiceDatabase database)
{
    private const int MostProjects = 500;

    public static async Task<IResult> HandleAsync(
        Session session, SessionReader reader, CancellationToken cancellationToken) =>
        TypedResults.Ok(await reader.ReadAsync(session, cancellationToken));

    /// <summary>The session as its browser sees it.</summary>
    public async Task<SessionResource> ReadAsync(Session session, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(cancellationToken);
        var projects = await work.QueryAsync<Row>(
            """
            select project.id, project.name, membership.role,
                   organization.id as organization_id, organization.name as organization_name
            from effective_memberships membership
            join projects project on project.id = membership.project_id
            join organizations organization on organization.id = membership.organization_id
            where membership.user_id = @User
            order by project.created_at, project.id limit @MostProjects
            """,
            new { session.User, MostProjects },
            cancellationToken);
        return new SessionResource(
            "session",
            new SessionUser(session.User, session.UserName, session.Email),
            session.Caller?.Organization,
            session.Caller?.Project,
            session.Caller?.Role,
            session.Caller is null ? [] : Roles.ScopesOf(session.Caller.Role),
            [.. projects.Select(row => new SessionProject(
                row.Id, row.Name, row.Role, new SessionOrganization(row.OrganizationId, row.OrganizationName)))],
            session.AntiForgery,
            session.ExpiresAt.ToUnixTimeSeconds());
    }

    private sealed record Row(string Id, string Name, string Role, string OrganizationId, string OrganizationName);
}

/// <summary>Who is signed in.</summary>
/// <param name="Kind">Always <c>session</c>.</param>
/// <param name="User">The user.</param>
/// <param name="OrganizationId">Of the project that this request is for; null for somebody who is in no project.</param>
/// <param name="ProjectId">The project that this request is for: <c>OpenAI-Project</c>, or the user's first.</param>
/// <param name="Role">The user's role in it.</param>
/// <param name="Scopes">What the role allows in it; <c>*</c> is everything.</param>
/// <param name="Projects">Every project that the user may choose.</param>
/// <param name="CsrfToken">What <c>X-CSRF-Token</c> must say on unsafe methods; the same as long as the session lives.</param>
/// <param name="ExpiresAt">When the session ends, however busy; Unix time in seconds.</param>
internal sealed record SessionResource(
    [property: JsonPropertyName("object")] string Kind,
    SessionUser User,
    string? OrganizationId,
    string? ProjectId,
    string? Role,
    IReadOnlyList<string> Scopes,
    IReadOnlyList<SessionProject> Projects,
    string CsrfToken,
    long ExpiresAt);

/// <summary>The user who is signed in.</summary>
/// <param name="Id">The user's id, <c>user_…</c>.</param>
/// <param name="Name">What people call the user.</param>
/// <param name="Email">What the user signs in with.</param>
internal sealed record SessionUser(string Id, string Name, string Email);

/// <summary>A project that the user may choose, and the role there.</summary>
/// <param name="Id">Its id, for the header <c>OpenAI-Project</c>.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Role">The user's role there.</param>
/// <param name="Organization">The organisation that it belongs to.</param>
internal sealed record SessionProject(string Id, string Name, string Role, SessionOrganization Organization);

/// <summary>The organisation that a project belongs to.</summary>
/// <param name="Id">Its id, <c>org_…</c>.</param>
/// <param name="Name">What people call it.</param>
internal sealed record SessionOrganization(string Id, string Name);
