using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;

namespace Sora.Gateway.Accounts;

/// <summary>Somebody's place in an organisation, locked for a change, and the rules for changing it.</summary>
/// <param name="Id">The user's id.</param>
/// <param name="Role">The role in the organisation.</param>
/// <param name="DisabledAt">Since when it counts for nothing; null where it counts.</param>
internal sealed record OrganizationMember(string Id, string Role, DateTimeOffset? DisabledAt)
{
    private bool IsActingOwner => Role == Roles.Owner && DisabledAt is null;

    /// <summary>
    /// Locks the user's place together with every owner's, in one order: of two who would each take the other's last
    /// ownership, the second sees what the first has done.
    /// </summary>
    /// <returns>The user's, null where there is none; and whether the organisation has another owner who may act.</returns>
    public static async Task<(OrganizationMember? User, bool HasOtherOwner)> LockAsync(
        UnitOfWork work, string organization, string user, CancellationToken cancellationToken)
    {
        var rows = await work.QueryAsync<Row>(
            """
            select user_id, role, disabled_at from organization_members
            where organization_id = @organization and (user_id = @user or role = 'owner')
            order by user_id for update
            """,
            new { organization, user },
            cancellationToken);
        var members = rows.Select(row => new OrganizationMember(row.UserId, row.Role, row.DisabledAt)).ToList();
        return (
            members.SingleOrDefault(member => member.Id == user),
            members.Any(member => member.Id != user && member.IsActingOwner));
    }

    /// <summary>Why the caller may not make this change, or null.</summary>
    /// <param name="caller">Who makes it.</param>
    /// <param name="user">What is.</param>
    /// <param name="altered">What shall be; null for a removal.</param>
    /// <param name="hasOtherOwner">Whether another owner may act.</param>
    public static ApiError? WhyRefused(
        Caller caller, OrganizationMember user, OrganizationMember? altered, bool hasOtherOwner)
    {
        if (!Roles.MayGrant(caller.Role, user.Role) || (altered is not null && !Roles.MayGrant(caller.Role, altered.Role)))
        {
            return AboveOwnRole(caller);
        }

        return user.IsActingOwner && altered is not { IsActingOwner: true } && !hasOtherOwner
            ? new ApiError(
                StatusCodes.Status409Conflict, ApiError.InvalidRequest, "last_owner", null,
                "The last owner of an organization stays one: make somebody else an owner first.")
            : null;
    }

    /// <summary>403: the caller reaches above the own role.</summary>
    public static ApiError AboveOwnRole(Caller caller) => new(
        StatusCodes.Status403Forbidden, ApiError.InvalidRequest, "role_too_high", "role",
        $"The role '{caller.Role}' may neither give nor take a higher one.");

    private sealed class Row
    {
        public required string UserId { get; init; }
        public required string Role { get; init; }
        public DateTimeOffset? DisabledAt { get; init; }
    }
}
