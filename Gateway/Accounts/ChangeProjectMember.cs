using System.Text.Json.Serialization;
using Sora.Gateway.Requests;
using Sora.Gateway.Sessions;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;

namespace Sora.Gateway.Accounts;

/// <summary>
/// <c>PUT</c> and <c>DELETE /v1/projects/{id}/members/{user_id}</c>: gives somebody of the organisation a role in a
/// project, or takes it, which revokes the API keys that they hold there.
/// </summary>
internal sealed class ChangeProjectMember(ServiceDatabase database, TimeProvider clock)
{
    private const string Find =
        """
        select member.role from projects project
        join organization_members member on member.organization_id = project.organization_id
        where project.id = @Project and project.organization_id = @Organization and member.user_id = @User
        for share of member
        """;

    public static async Task<IResult> PutAsync(
        string id,
        string userId,
        ChangeProjectMemberRequest request,
        Caller caller,
        ChangeProjectMember change,
        CancellationToken cancellationToken)
    {
        if (request.Role is null)
        {
            return ApiError.Missing("role");
        }

        return Roles.InProject.Contains(request.Role)
            ? await change.PutAsync(new Place(caller.Organization, id, userId), request.Role, caller, cancellationToken)
            : ApiError.Invalid("role", "Invalid 'role'. Supported values are: 'approver', 'member' and 'viewer'.");
    }

    public static Task<IResult> DeleteAsync(
        string id, string userId, Caller caller, ChangeProjectMember change, CancellationToken cancellationToken) =>
        change.DeleteAsync(new Place(caller.Organization, id, userId), caller, cancellationToken);

    private async Task<IResult> PutAsync(Place place, string role, Caller caller, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var work = await database.BeginAsync(caller, cancellationToken);
        switch (await work.QuerySingleOrDefaultAsync<string>(Find, place, cancellationToken))
        {
            case null:
                return NotFound(place);
            case Roles.Owner or Roles.Admin:
                return ApiError.Invalid("role", "Owners and admins of the organization have their role in every project.");
        }

        await work.ExecuteAsync(
            """
            insert into memberships (project_id, user_id, role, created_at) values (@Project, @User, @role, @now)
            on conflict (project_id, user_id) do update set role = excluded.role
            """,
            new { place.Project, place.User, role, now },
            cancellationToken);
        await SessionDirectory.RotateAllAsync(work, place.User, cancellationToken);
        work.Record(caller, "project_member.changed", place.User, now, ("project", place.Project), ("role", role));
        await work.CommitAsync(cancellationToken);
        var member = await ProjectMembers.FindAsync(database, caller, place.Project, place.User, cancellationToken);
        return member is null ? NotFound(place) : TypedResults.Ok(member);
    }

    private async Task<IResult> DeleteAsync(Place place, Caller caller, CancellationToken cancellationToken)
    {
        // As a worker: the caller sees the keys of the own project only. Find names the organisation instead.
        var now = clock.GetUtcNow();
        await using var work = await database.BeginAsync(cancellationToken);
        if (await work.QuerySingleOrDefaultAsync<string>(Find, place, cancellationToken) is null
            || await work.ExecuteAsync(
                "delete from memberships where project_id = @Project and user_id = @User", place, cancellationToken) == 0)
        {
            return NotFound(place);
        }

        await work.ExecuteAsync(
            """
            update api_keys set revoked_at = @now
            where project_id = @Project and user_id = @User and revoked_at is null
            """,
            new { place.Project, place.User, now },
            cancellationToken);
        await SessionDirectory.RotateAllAsync(work, place.User, cancellationToken);
        work.Record(caller, "project_member.removed", place.User, now, ("project", place.Project));
        await work.CommitAsync(cancellationToken);
        return TypedResults.Ok(new Deleted(place.User, "project.member.deleted", true));
    }

    private static ApiError NotFound(Place place) =>
        ApiError.NotFound($"There is no project '{place.Project}' with somebody '{place.User}' in this organization.");

    private sealed record Place(string Organization, string Project, string User);
}

/// <summary>The body of <c>PUT /v1/projects/{id}/members/{user_id}</c>.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ChangeProjectMemberRequest(string? Role);
