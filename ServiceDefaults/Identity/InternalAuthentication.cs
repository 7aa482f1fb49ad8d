using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Sora.ServiceDefaults.Identity;

/// <summary>
/// A service answers nobody without a valid internal token, on loopback either; only probes are open.
/// </summary>
public static class InternalAuthentication
{
    /// <summary>
    /// Policy of <c>/internal</c> routes: another service calls, never the gateway with a client's request.
    /// </summary>
    public const string FromService = nameof(FromService);

    private const string Scheme = "Internal";
    private const string GatewayIssuer = "gateway";

    /// <summary>
    /// Adds the shared secret and the minting of internal tokens; for the gateway, which verifies none.
    /// </summary>
    public static WebApplicationBuilder AddInternalTokens(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<InternalIdentityOptions>()
            .BindConfiguration("InternalIdentity")
            .ValidateOnStart();
        builder.Services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<InternalIdentityOptions>, InternalIdentityOptionsValidator>());
        builder.Services.TryAddSingleton<InternalTokens>();
        return builder;
    }

    /// <summary>Requires a valid internal token on every route that does not opt out.</summary>
    public static WebApplicationBuilder AddInternalAuthentication(this WebApplicationBuilder builder)
    {
        builder.AddInternalTokens();

        // AddAuthentication would also keep cookie keys, in the account's home, for cookies that no service has.
        builder.Services.AddAuthenticationCore(options => options.DefaultScheme = Scheme);
        builder.Services.AddWebEncoders();
        new AuthenticationBuilder(builder.Services)
            .AddScheme<AuthenticationSchemeOptions, InternalAuthenticationHandler>(Scheme, null);
        builder.Services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build())
            .AddPolicy(FromService, policy => policy
                .RequireAuthenticatedUser()
                .RequireAssertion(context => IsService(context.User)));
        return builder;
    }

    private static bool IsService(ClaimsPrincipal user) =>
        user.FindFirstValue(InternalClaims.Issuer) is { } issuer && issuer != GatewayIssuer;
}

/// <summary>Turns the internal token into the request's principal.</summary>
internal sealed class InternalAuthenticationHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, InternalTokens tokens)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var token = Request.Headers[InternalTokens.Header];
        if (token.Count != 1)
        {
            return AuthenticateResult.NoResult();
        }

        return await tokens.VerifyAsync(token.ToString()) is { } identity
            ? AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name))
            : AuthenticateResult.Fail("The internal token is not valid.");
    }
}
