using Sora.Gateway.Requests;
using Sora.Gateway.Sessions;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Identity;

namespace Sora.Gateway.Accounts;

/// <summary>
/// <c>DELETE /v1/users/{id}</c>: takes somebody out of the organisation, with every role there. Their API keys there are
/// revoked, so that a later invitation does not bring them back to life; what they made stays.
/// </summary>
internal static class RemoveUser
{
    public static async Task<IResult> HandleAsync(
        string id, Caller caller, ServiceDatabase database, TimeProvider clock, CancellationToken cancellationToken)
    {
        // As a worker: the caller sees the keys of one project only. Every statement names the organisation instead.
        await using var work = await database.BeginAsync(cancellationToken);
        var (user, hasOtherOwner) = await OrganizationMember.LockAsync(work, caller.Organization, id, cancellationToken);
        if (user is null)
        {
            return ReadUsers.NotFound(id);
        }

        if (OrganizationMember.WhyRefused(caller, user, altered: null, hasOtherOwner) is { } refusal)
        {
            return refusal;
        }

        var now = clock.GetUtcNow();
        await work.ExecuteAsync(
            """
            update api_keys set revoked_at = @now where user_id = @id and revoked_at is null
                and project_id in (select project.id from projects project where organization_id = @Organization);
            delete from memberships where user_id = @id
                and project_id in (select project.id from projects project where organization_id = @Organization);
            delete from organization_members where user_id = @id and organization_id = @Organization;
            """,
            new { now, id, caller.Organization },
            cancellationToken);
        await SessionDirectory.RotateAllAsync(work, id, cancellationToken);
        work.Record(caller, "user.removed", id, now, ("role", user.Role));
        await work.CommitAsync(cancellationToken);
        return TypedResults.Ok(new Deleted(id, "organization.user.deleted", true));
    }
}
