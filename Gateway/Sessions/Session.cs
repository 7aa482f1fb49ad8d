using Sora.ServiceDefaults.Identity;

namespace Sora.Gateway.Sessions;

/// <summary>Somebody who is signed in with a browser. A handler takes it as a parameter.</summary>
/// <param name="Id">The session's id, the same over its rotations.</param>
/// <param name="User">The user's id.</param>
/// <param name="UserName">What people call the user.</param>
/// <param name="Email">What the user signs in with.</param>
/// <param name="AntiForgery">What the header <c>X-CSRF-Token</c> must say on unsafe methods.</param>
/// <param name="ExpiresAt">When the session ends, however busy.</param>
/// <param name="Caller">Who the services are told calls; null for somebody who is in no project.</param>
internal sealed record Session(
    string Id, string User, string UserName, string Email, string AntiForgery, DateTimeOffset ExpiresAt, Caller? Caller)
{
    /// <summary>Minimal APIs call this; null where nobody is signed in.</summary>
    public static ValueTask<Session?> BindAsync(HttpContext context) =>
        ValueTask.FromResult(context.Features.Get<Session>());
}
