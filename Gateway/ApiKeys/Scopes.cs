namespace Sora.Gateway.ApiKeys;

/// <summary>
/// What a caller may be allowed to do: a role grants some of them, an API key narrows them further. Each is also the
/// name of the authorization policy that asks for it.
/// </summary>
internal static class Scopes
{
    /// <summary>Held by a key that may do everything that its user's role grants.</summary>
    public const string All = "*";

    /// <summary>See videos and download them.</summary>
    public const string ReadVideos = "videos:read";

    /// <summary>Create, remix, cancel and delete videos: spends money.</summary>
    public const string WriteVideos = "videos:write";

    /// <summary>See what was spent.</summary>
    public const string ReadUsage = "usage:read";

    /// <summary>See the project's webhook endpoints and their deliveries.</summary>
    public const string ReadWebhooks = "webhooks:read";

    /// <summary>Create, change, test and delete webhook endpoints.</summary>
    public const string WriteWebhooks = "webhooks:write";

    /// <summary>See the project's API keys: one's own, or everybody's as an admin.</summary>
    public const string ReadKeys = "keys:read";

    /// <summary>Create, change, rotate and revoke API keys: one's own, or everybody's as an admin.</summary>
    public const string WriteKeys = "keys:write";

    /// <summary>See the organisation and its projects.</summary>
    public const string ReadProjects = "projects:read";

    /// <summary>Create, change and archive projects; name the organisation.</summary>
    public const string WriteProjects = "projects:write";

    /// <summary>Read and export the organisation's audit log.</summary>
    public const string ReadAudit = "audit:read";

    /// <summary>See who is in the organisation and in which role, and who is invited.</summary>
    public const string ReadPeople = "people:read";

    /// <summary>Invite people, change their roles, disable and remove them.</summary>
    public const string WritePeople = "people:write";

    /// <summary>See what waits for approval.</summary>
    public const string ReadApprovals = "approvals:read";

    /// <summary>Approve and reject.</summary>
    public const string WriteApprovals = "approvals:write";

    /// <summary>Asked for by what concerns the browser session itself: no role and no API key grants it.</summary>
    public const string Session = "session";

    /// <summary>
    /// No API key is asked for: the service that answers knows its callers otherwise. YARP's own word.
    /// </summary>
    public const string None = "anonymous";

    /// <summary>Every scope that a route can ask for.</summary>
    public static readonly IReadOnlyList<string> Named =
    [
        ReadVideos, WriteVideos, ReadUsage, ReadWebhooks, WriteWebhooks, ReadKeys, WriteKeys, ReadProjects, WriteProjects,
        ReadAudit, ReadPeople, WritePeople, ReadApprovals, WriteApprovals,
    ];

    /// <summary>Whether a caller who holds these scopes may do what asks for one.</summary>
    public static bool Allow(IEnumerable<string> held, string scope) => held.Any(one => one == All || one == scope);
}
