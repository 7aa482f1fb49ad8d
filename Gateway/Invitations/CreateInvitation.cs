using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using Sora.Gateway.Accounts;
using Sora.ServiceDefaults;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;

namespace Sora.Gateway.Invitations;

/// <summary>
/// <c>POST /v1/invitations</c>: invites an e-mail address to a role in the organisation or in one of its projects, up to
/// the caller's own. The token is in this answer and nowhere else: whoever invites passes it on.
/// </summary>
internal sealed class CreateInvitation(
    ServiceDatabase database, IOptions<InvitationOptions> options, TimeProvider clock)
{
    public static async Task<IResult> HandleAsync(
        CreateInvitationRequest request, Caller caller, CreateInvitation create, CancellationToken cancellationToken) =>
        request.WhyRefused(caller) ?? await create.RunAsync(request, caller, cancellationToken);

    private async Task<IResult> RunAsync(
        CreateInvitationRequest request, Caller caller, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var token = InvitationToken.Create();
        await using var work = await database.BeginAsync(caller, cancellationToken);
        var row = await work.QuerySingleOrDefaultAsync<InvitationRow>(
            $"""
            insert into invitations
                (id, organization_id, project_id, role, email, digest, invited_by, created_at, expires_at)
            select @Id, @Organization, @ProjectId, @Role, @Email, @Digest, @User, @now, @ExpiresAt
            where @ProjectId::text is null
               or exists (select from projects where id = @ProjectId and organization_id = @Organization)
            returning {InvitationRow.Columns}
            """,
            new
            {
                Id = Ids.New("invite", now),
                caller.Organization,
                request.ProjectId,
                request.Role,
                Email = EmailAddress.Parse(request.Email),
                Digest = InvitationToken.DigestOf(token),
                caller.User,
                now,
                ExpiresAt = now + options.Value.Lifetime,
            },
            cancellationToken);
        if (row is null)
        {
            return ProjectMembers.NoProject(request.ProjectId!) with { Param = "project_id" };
        }

        work.Record(caller, "invitation.created", row.Id, now, ("email", row.Email), ("role", row.Role));
        await work.CommitAsync(cancellationToken);
        return TypedResults.Ok(row.ToResource(now) with { Token = token, Link = InvitationToken.Link(token) });
    }
}

/// <summary>The body of <c>POST /v1/invitations</c>.</summary>
/// <param name="Email">Whom to invite.</param>
/// <param name="Role">owner, admin or member of the organisation; with a project: approver, member or viewer there.</param>
/// <param name="ProjectId">The project, where the role is one of a project.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record CreateInvitationRequest(string? Email, string? Role, string? ProjectId)
{
    public IResult? WhyRefused(Caller caller)
    {
        if (EmailAddress.Parse(Email) is null)
        {
            return ApiError.Invalid("email", "Invalid 'email': expected one e-mail address.");
        }

        var allowed = ProjectId is null ? Roles.InOrganization : Roles.InProject;
        if (Role is null || !allowed.Contains(Role))
        {
            return ApiError.Invalid(
                "role",
                $"Invalid 'role'. Supported values {(ProjectId is null ? "without" : "with")} 'project_id' are: "
                + $"'{string.Join("', '", allowed)}'.");
        }

        return Roles.MayGrant(caller.Role, Role) ? null : OrganizationMember.AboveOwnRole(caller);
    }
}
