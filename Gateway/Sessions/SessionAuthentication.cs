using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;

namespace Sora.Gateway.Sessions;

/// <summary>
/// Reads the session's cookie, and the project from the header <c>OpenAI-Project</c> or, for what a page can only link to
/// (pictures, films, event streams), from <c>?project=</c>.
/// </summary>
internal sealed class SessionAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory loggers,
    UrlEncoder encoder,
    SessionDirectory sessions,
    IOptions<SessionOptions> limits)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string SchemeName = "Session";

    private ApiError _refusal = new(
        StatusCodes.Status401Unauthorized, ApiError.InvalidRequest, "invalid_session", null,
        "You are not signed in, or no longer. Sign in, or send an API key.");

    /// <summary>Whether the cookie decides who calls: an API key goes before it, right or wrong.</summary>
    public static bool Decides(HttpRequest request) =>
        request.Headers.Authorization.Count == 0 && request.Cookies.ContainsKey(SessionToken.Cookie);

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (SessionToken.Read(Request) is not { } token)
        {
            return AuthenticateResult.NoResult();
        }

        if (BrowserRules.RefuseOtherSites(Request) is { } foreign)
        {
            return Refuse(foreign);
        }

        var project = WantedProject();
        var (session, successor) = await sessions.FindAsync(token, project, Context.RequestAborted);
        successor?.Write(Response, limits.Value.Lifetime);
        if (session is null)
        {
            return AuthenticateResult.Fail("There is no such session.");
        }

        if (BrowserRules.RefuseForgery(Request, session) is { } forged)
        {
            return Refuse(forged);
        }

        if (project is not null && session.Caller is null)
        {
            return Refuse(ApiError.NotFound("There is no such project.", "project_not_found"));
        }

        Context.Features.Set(session);
        var identity = session.Caller is { } caller
            ? new CallerIdentity(caller, SchemeName)
            : new ClaimsIdentity(SchemeName);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) => _refusal.ExecuteAsync(Context);

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        var scope = Context.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>()?.Policy;
        var message = Context.Features.Get<Session>()?.Caller is { } caller
            ? $"The role '{caller.Role}' does not grant '{scope}'."
            : "You are not a member of any project.";
        return new ApiError(StatusCodes.Status403Forbidden, ApiError.InvalidRequest, "missing_scope", null, message)
            .ExecuteAsync(Context);
    }

    private string? WantedProject()
    {
        var wanted = Request.Headers["OpenAI-Project"];
        return wanted.Count > 0 ? wanted.ToString() : Request.Query["project"] is [{ } linked] ? linked : null;
    }

    private AuthenticateResult Refuse(ApiError refusal)
    {
        _refusal = refusal;
        return AuthenticateResult.Fail(refusal.Message);
    }
}
