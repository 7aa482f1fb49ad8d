namespace Sora.Gateway.ApiKeys;

/// <summary>
/// What an API key may be allowed to do. Each is also the name of the authorization policy that asks for it.
/// </summary>
internal static class Scopes
{
    /// <summary>Held by a key that may do everything.</summary>
    public const string All = "*";

    /// <summary>See videos and download them.</summary>
    public const string ReadVideos = "videos:read";

    /// <summary>Create, remix and delete videos: spends money.</summary>
    public const string WriteVideos = "videos:write";

    /// <summary>See what was spent.</summary>
    public const string ReadUsage = "usage:read";

    /// <summary>
    /// No API key is asked for: the service that answers knows its callers otherwise. YARP's own word.
    /// </summary>
    public const string None = "anonymous";
}
