using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OAuth;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using Sora.Gateway.Sessions;

namespace Sora.Gateway.Oidc;

/// <summary>
/// The framework's authorization code flow with PKCE and state, and what OpenID Connect adds to it: endpoints by
/// discovery, a nonce, and a verified id token, from which alone the identity comes.
/// </summary>
internal sealed class OidcHandler(
    IOptionsMonitor<OAuthOptions> options, ILoggerFactory loggers, UrlEncoder encoder, OidcProvider provider)
    : OAuthHandler<OAuthOptions>(options, loggers, encoder)
{
    public const string SchemeName = "Oidc";

    private const string Nonce = "nonce";

    /// <summary>Where the verified identity lies for whoever finishes the sign-in.</summary>
    public static OidcIdentity IdentityOf(HttpContext context) => context.Features.Get<OidcIdentity>()
        ?? throw new InvalidOperationException("The identity provider has not been asked.");

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        await LoadEndpointsAsync();
        await base.HandleChallengeAsync(properties);
    }

    protected override async Task<HandleRequestResult> HandleRemoteAuthenticateAsync()
    {
        await LoadEndpointsAsync();
        return await base.HandleRemoteAuthenticateAsync();
    }

    protected override string BuildChallengeUrl(AuthenticationProperties properties, string redirectUri)
    {
        var nonce = SessionToken.RandomText();
        properties.Items[Nonce] = nonce; // sealed into the state
        return QueryHelpers.AddQueryString(base.BuildChallengeUrl(properties, redirectUri), Nonce, nonce);
    }

    protected override async Task<AuthenticationTicket> CreateTicketAsync(
        ClaimsIdentity identity, AuthenticationProperties properties, OAuthTokenResponse tokens)
    {
        if (tokens.Response?.RootElement.TryGetProperty("id_token", out var idToken) is not true
            || idToken.GetString() is not { } text
            || properties.Items[Nonce] is not { } nonce)
        {
            throw new AuthenticationFailureException("The identity provider gave no id token.");
        }

        try
        {
            Context.Features.Set(await provider.VerifyAsync(text, nonce, Context.RequestAborted));
        }
        catch (SecurityTokenException exception)
        {
            throw new AuthenticationFailureException("The identity provider's id token is refused.", exception);
        }

        return new AuthenticationTicket(new ClaimsPrincipal(identity), properties, Scheme.Name);
    }

    private async Task LoadEndpointsAsync()
    {
        var document = await provider.ReadAsync(Context.RequestAborted);
        Options.AuthorizationEndpoint = document.AuthorizationEndpoint;
        Options.TokenEndpoint = document.TokenEndpoint;
    }
}
