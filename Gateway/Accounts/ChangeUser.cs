using System.Text.Json.Serialization;
using Sora.Gateway.Sessions;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;

namespace Sora.Gateway.Accounts;

/// <summary>
/// <c>POST /v1/users/{id}</c> (role), <c>…/disable</c> and <c>…/enable</c>. Nobody reaches above their own role, and an
/// organisation always keeps an owner who may act. It is effective with the user's next request.
/// </summary>
internal sealed class ChangeUser(ServiceDatabase database, TimeProvider clock)
{
    public static Task<IResult> RoleAsync(
        string id, ChangeUserRequest request, Caller caller, ChangeUser change, CancellationToken cancellationToken) =>
        request.Role is null
            ? Task.FromResult<IResult>(ApiError.Missing("role"))
            : !Roles.InOrganization.Contains(request.Role)
                ? Task.FromResult<IResult>(ApiError.Invalid(
                    "role", "Invalid 'role'. Supported values are: 'owner', 'admin' and 'member'."))
                : change.RunAsync(
                    caller,
                    id,
                    user => new OrganizationMember(id, request.Role, user.DisabledAt),
                    "user.role_changed",
                    cancellationToken);

    public static Task<IResult> DisableAsync(
        string id, SwitchUserRequest request, Caller caller, ChangeUser change, CancellationToken cancellationToken) =>
        change.RunAsync(
            caller,
            id,
            user => new OrganizationMember(id, user.Role, user.DisabledAt ?? change.Now),
            "user.disabled",
            cancellationToken);

    public static Task<IResult> EnableAsync(
        string id, SwitchUserRequest request, Caller caller, ChangeUser change, CancellationToken cancellationToken) =>
        change.RunAsync(
            caller, id, user => new OrganizationMember(id, user.Role, null), "user.enabled", cancellationToken);

    private DateTimeOffset Now => clock.GetUtcNow();

    private async Task<IResult> RunAsync(
        Caller caller,
        string id,
        Func<OrganizationMember, OrganizationMember> alter,
        string action,
        CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(caller, cancellationToken);
        var (user, others) = await OrganizationMember.LockAsync(work, caller.Organization, id, cancellationToken);
        if (user is null)
        {
            return ReadUsers.NotFound(id);
        }

        var altered = alter(user);
        if (OrganizationMember.WhyRefused(caller, user, altered, others) is { } refusal)
        {
            return refusal;
        }

        if (altered != user)
        {
            await SaveAsync(work, caller, user, altered, cancellationToken);
            work.Record(caller, action, id, Now, ("from", user.Role), ("to", altered.Role));
            await work.CommitAsync(cancellationToken);
        }

        return await ReadUsers.GetAsync(id, caller, database, cancellationToken);
    }

    private static async Task SaveAsync(
        UnitOfWork work,
        Caller caller,
        OrganizationMember user,
        OrganizationMember altered,
        CancellationToken cancellationToken)
    {
        await work.ExecuteAsync(
            """
            update organization_members set role = @Role, disabled_at = @DisabledAt
            where organization_id = @Organization and user_id = @Id
            """,
            new { altered.Role, altered.DisabledAt, caller.Organization, user.Id },
            cancellationToken);
        await SessionDirectory.RotateAllAsync(work, user.Id, cancellationToken);
    }
}

/// <summary>The body of <c>POST /v1/users/{id}</c>.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ChangeUserRequest(string? Role);

/// <summary>The body of <c>…/disable</c> and <c>…/enable</c>: an empty object.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SwitchUserRequest;
