using Sora.Gateway.ApiKeys;

namespace Sora.Gateway.Accounts;

/// <summary>
/// What each role may do. Owner and admin are roles in the organisation and hold in all of its projects; approver,
/// member and viewer are roles in one project. Each may do what the one below may.
/// </summary>
internal static class Roles
{
    public const string Owner = "owner";
    public const string Admin = "admin";
    public const string Approver = "approver";
    public const string Member = "member";
    public const string Viewer = "viewer";

    /// <summary>
    /// The roles that somebody has in an organisation; <c>member</c> is whoever is in it and needs a role in each project.
    /// </summary>
    public static readonly IReadOnlyList<string> InOrganization = [Owner, Admin, Member];

    /// <summary>The roles that somebody has in one project.</summary>
    public static readonly IReadOnlyList<string> InProject = [Approver, Member, Viewer];

    private static readonly string[] Ascending = [Viewer, Member, Approver, Admin, Owner];

    private static readonly string[] ViewerScopes =
        [Scopes.ReadVideos, Scopes.ReadUsage, Scopes.ReadWebhooks, Scopes.ReadProjects, Scopes.ReadKeys];

    private static readonly string[] MemberScopes = [.. ViewerScopes, Scopes.WriteVideos, Scopes.WriteKeys];

    private static readonly string[] ApproverScopes = [.. MemberScopes, Scopes.ReadApprovals, Scopes.WriteApprovals];

    private static readonly string[] AdminScopes =
    [
        .. ApproverScopes, Scopes.ReadPeople, Scopes.WritePeople, Scopes.WriteProjects, Scopes.WriteWebhooks,
        Scopes.ReadAudit,
    ];

    /// <summary>
    /// Whether somebody may give a role to others, or take it from them: nobody reaches above their own.
    /// </summary>
    public static bool MayGrant(string own, string role) => Rank(own) >= Rank(role);

    /// <summary>What a role allows.</summary>
    public static IReadOnlyList<string> ScopesOf(string role) => role switch
    {
        Owner => [Scopes.All],
        Admin => AdminScopes,
        Approver => ApproverScopes,
        Member => MemberScopes,
        Viewer => ViewerScopes,
        _ => [],
    };

    /// <summary>What a role allows through a key that is narrowed to some scopes.</summary>
    public static IReadOnlyList<string> Narrow(string role, IReadOnlyList<string> scopes)
    {
        var granted = ScopesOf(role);
        return scopes.Contains(Scopes.All) ? granted
            : granted.Contains(Scopes.All) ? scopes
            : [.. granted.Intersect(scopes)];
    }

    private static int Rank(string role) => Array.IndexOf(Ascending, role);
}
