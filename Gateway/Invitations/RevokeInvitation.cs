using Sora.Gateway.Accounts;
using Sora.Gateway.Requests;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;

namespace Sora.Gateway.Invitations;

/// <summary><c>DELETE /v1/invitations/{id}</c>: it can be accepted no more. Once accepted, remove the user instead.</summary>
internal static class RevokeInvitation
{
    public static async Task<IResult> HandleAsync(
        string id, Caller caller, ServiceDatabase database, TimeProvider clock, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var work = await database.BeginAsync(caller, cancellationToken);
        var row = await work.QuerySingleOrDefaultAsync<InvitationRow>(
            $"""
            select {InvitationRow.Columns} from invitations
            where id = @id and organization_id = @Organization for update
            """,
            new { id, caller.Organization },
            cancellationToken);
        if (row is null)
        {
            return ReadInvitations.NotFound(id);
        }

        if (!Roles.MayGrant(caller.Role, row.Role))
        {
            return OrganizationMember.AboveOwnRole(caller);
        }

        if (row.AcceptedAt is not null)
        {
            return new ApiError(
                StatusCodes.Status409Conflict, ApiError.InvalidRequest, "invitation_accepted", null,
                "The invitation was accepted already: remove the user instead.");
        }

        if (row.RevokedAt is null)
        {
            await work.ExecuteAsync(
                "update invitations set revoked_at = @now where id = @id and organization_id = @Organization",
                new { now, id, caller.Organization },
                cancellationToken);
            work.Record(caller, "invitation.revoked", id, now, ("email", row.Email), ("role", row.Role));
            await work.CommitAsync(cancellationToken);
        }

        return TypedResults.Ok(new Deleted(id, "invitation.deleted", true));
    }
}
