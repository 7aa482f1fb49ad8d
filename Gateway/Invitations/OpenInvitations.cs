using Sora.Contracts;
using Sora.Gateway.Accounts;
using Sora.ServiceDefaults.Database;

namespace Sora.Gateway.Invitations;

/// <summary>
/// Invitations that can be accepted: neither accepted nor revoked nor expired, and given by somebody who could give them
/// today, to somebody whom the organisation has not disabled.
/// </summary>
internal static class OpenInvitations
{
    /// <summary>The one of a token, locked; null where there is none.</summary>
    public static async Task<InvitationRow?> FindAsync(
        UnitOfWork work, byte[] digest, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var found = await SelectAsync(work, "invitation.digest = @digest", new { digest, now }, cancellationToken);
        return found.SingleOrDefault();
    }

    /// <summary>All of an e-mail address that has been proved to be whoever accepts them, locked.</summary>
    public static Task<IReadOnlyList<InvitationRow>> OfAsync(
        UnitOfWork work, string email, DateTimeOffset now, CancellationToken cancellationToken) =>
        SelectAsync(work, "lower(invitation.email) = @email", new { email, now }, cancellationToken);

    /// <summary>
    /// Gives the user what the invitation says. It raises a role in the organisation and never lowers one.
    /// </summary>
    public static async Task AcceptAsync(
        UnitOfWork work, InvitationRow invitation, string user, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await work.ExecuteAsync(
            """
            insert into organization_members as member (organization_id, user_id, role, created_at)
            values (@OrganizationId, @user, case when @ProjectId::text is null then @Role else 'member' end, @now)
            on conflict (organization_id, user_id) do update set role = excluded.role
                where excluded.role = 'owner' or (excluded.role = 'admin' and member.role = 'member');
            insert into memberships (project_id, user_id, role, created_at)
            select @ProjectId, @user, @Role, @now where @ProjectId::text is not null
            on conflict (project_id, user_id) do update set role = excluded.role;
            update invitations set accepted_at = @now, accepted_by = @user where id = @Id;
            update sessions set must_rotate = true where user_id = @user;
            """,
            new { invitation.Id, invitation.OrganizationId, invitation.ProjectId, invitation.Role, user, now },
            cancellationToken);
        work.Publish(new AuditRecorded(
            invitation.OrganizationId, invitation.ProjectId, user, null, "invitation.accepted", invitation.Id,
            new Dictionary<string, string> { ["role"] = invitation.Role, ["invited_by"] = invitation.InvitedBy }, now));
    }

    private static async Task<IReadOnlyList<InvitationRow>> SelectAsync(
        UnitOfWork work, string condition, object parameters, CancellationToken cancellationToken)
    {
        var rows = await work.QueryAsync<InvitationRow>(
            $"""
            select invitation.*, inviter.role as inviters_role
            from invitations invitation
            join organization_members inviter on inviter.organization_id = invitation.organization_id
                and inviter.user_id = invitation.invited_by and inviter.disabled_at is null
            where {condition} and invitation.accepted_at is null and invitation.revoked_at is null
              and invitation.expires_at > @now
              and not exists (select from organization_members member
                  join users person on person.id = member.user_id
                  where lower(person.email) = lower(invitation.email)
                    and member.organization_id = invitation.organization_id and member.disabled_at is not null)
            order by invitation.id for update of invitation
            """,
            parameters,
            cancellationToken);
        return [.. rows.Where(row => Roles.MayGrant(row.InvitersRole!, row.Role))];
    }
}
