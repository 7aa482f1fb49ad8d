using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Sora.Gateway.RateLimiting;
using Sora.Gateway.Requests;
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
        builder.Services.TryAddSingleton<Listing>();
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

    /// <summary>
    /// Authenticates every request, holds its caller to the rate limits, and refuses those whose route asks for more.
    /// </summary>
    public static void UseApiKeys(this WebApplication app)
    {
        app.UseAuthentication();
        app.UseMiddleware<RateLimits>();
        app.UseAuthorization();
    }

    /// <summary>Maps <c>/v1/api_keys</c>.</summary>
    public static WebApplication MapApiKeys(this WebApplication app)
    {
        app.MapOwn("POST", "/v1/api_keys", CreateApiKey.HandleAsync)
            .Produces<ApiKeyResource>().WithName("createApiKey").WithSummary("Create an API key; its value is shown once");
        app.MapOwn("GET", "/v1/api_keys", ReadApiKeys.ListAsync)
            .Produces<ListResource<ApiKeyResource>>().WithName("listApiKeys").WithSummary("List API keys");
        app.MapOwn("GET", "/v1/api_keys/{id}", ReadApiKeys.GetAsync)
            .Produces<ApiKeyResource>().WithName("getApiKey").WithSummary("Retrieve an API key");
        app.MapOwn("POST", "/v1/api_keys/{id}", UpdateApiKey.HandleAsync)
            .Produces<ApiKeyResource>().WithName("updateApiKey").WithSummary("Change an API key");
        app.MapOwn("POST", "/v1/api_keys/{id}/rotate", RotateApiKey.HandleAsync)
            .Produces<ApiKeyResource>().WithName("rotateApiKey").WithSummary("Give an API key a new value");
        app.MapOwn("DELETE", "/v1/api_keys/{id}", RevokeApiKey.HandleAsync)
            .Produces<Deleted>().WithName("revokeApiKey").WithSummary("Revoke an API key");
        return app;
    }

    private static void Require(AuthorizationPolicyBuilder policy, string scope) => policy
        .RequireAuthenticatedUser()
        .RequireAssertion(context =>
            context.User.Identity is CallerIdentity identity && Scopes.Allow(identity.Caller.Scopes, scope));
}
