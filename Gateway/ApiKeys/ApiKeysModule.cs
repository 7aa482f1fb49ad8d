using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using Sora.ServiceDefaults.Identity;

namespace Sora.Gateway.ApiKeys;

/// <summary>API keys: who calls, and what the key allows.</summary>
internal static class ApiKeysModule
{
    /// <summary>
    /// Adds authentication by API key, a policy for each scope, and the first key of a new installation.
    /// </summary>
    public static WebApplicationBuilder AddApiKeys(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ApiKeyDirectory>();
        builder.Services.AddAuthentication(ApiKeyAuthentication.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyAuthentication>(ApiKeyAuthentication.SchemeName, null);
        var policies = builder.Services.AddAuthorizationBuilder();
        foreach (var scope in Scopes.Named)
        {
            policies.AddPolicy(scope, policy => Require(policy, scope));
        }

        builder.Services.AddOptions<GatewayOptions>().BindConfiguration("Gateway").ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<GatewayOptions>, GatewayOptionsValidator>();
        builder.Services.AddHostedService<CreateFirstKey>();
        return builder;
    }

    /// <summary>Authenticates every request and refuses those whose route asks for more.</summary>
    public static void UseApiKeys(this WebApplication app)
    {
        app.UseAuthentication();
        app.UseAuthorization();
    }

    private static void Require(AuthorizationPolicyBuilder policy, string scope) => policy
        .RequireAuthenticatedUser()
        .RequireAssertion(context =>
            context.User.Identity is CallerIdentity identity && Scopes.Allow(identity.Caller.Scopes, scope));
}
