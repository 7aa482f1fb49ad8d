using System.Security.Claims;

namespace Sora.ServiceDefaults.Identity;

/// <summary>
/// The identity of a request whose caller the service found out itself, instead of by an internal token: the gateway's.
/// </summary>
/// <param name="caller">On whose behalf the request is served.</param>
/// <param name="scheme">The authentication scheme that recognised the caller.</param>
public sealed class CallerIdentity(Caller caller, string scheme) : ClaimsIdentity(scheme)
{
    /// <summary>On whose behalf the request is served.</summary>
    public Caller Caller => caller;
}
