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

    /// <summary>
    /// No API key is asked for: the service that answers knows its callers otherwise. YARP's own word.
    /// </summary>
    public const string None = "anonymous";

    /// <summary>Every scope that a route can ask for.</summary>
    public static readonly IReadOnlyList<string> Named =
        [ReadVideos, WriteVideos, ReadUsage, ReadWebhooks, WriteWebhooks];
}
