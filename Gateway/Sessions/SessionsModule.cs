using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Sora.Gateway.ApiKeys;

namespace Sora.Gateway.Sessions;

/// <summary>Browsers that somebody is signed in with: a second way, beside API keys, to say who calls.</summary>
internal static class SessionsModule
{
    /// <summary>Adds the cookie as an authentication scheme, which counts where a request brings no API key.</summary>
    public static WebApplicationBuilder AddSessions(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<SessionOptions>().BindConfiguration("Sessions").ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<SessionOptions>, SessionOptionsValidator>();
        builder.Services.AddSingleton<SessionDirectory>().AddSingleton<SessionReader>().AddSingleton<SessionOpener>();
        builder.Services.AddSingleton<SignInThrottle>().AddSingleton<SignIn>().AddSingleton<ChangePassword>();
        builder.Services.AddHostedService<ForgetSessions>();
        builder.Services.AddAuthentication()
            .AddScheme<AuthenticationSchemeOptions, SessionAuthentication>(SessionAuthentication.SchemeName, null);
        builder.Services.Configure<AuthenticationSchemeOptions>(
            ApiKeyAuthentication.SchemeName,
            options => options.ForwardDefaultSelector = context =>
                SessionAuthentication.Decides(context.Request) ? SessionAuthentication.SchemeName : null);
        builder.Services.AddAuthorizationBuilder().AddPolicy(Scopes.Session, policy => policy
            .AddAuthenticationSchemes(SessionAuthentication.SchemeName)
            .RequireAuthenticatedUser());
        return builder;
    }

    /// <summary>Maps <c>/v1/session</c>.</summary>
    public static void MapSessions(this WebApplication app)
    {
        app.MapOwn("POST", "/v1/session", SignIn.HandleAsync)
            .AddEndpointFilter<SameOriginFilter>()
            .Produces<SessionResource>()
            .WithName("signIn")
            .WithSummary("Sign in with an e-mail address and a password");
        app.MapOwn("GET", "/v1/session", SessionReader.HandleAsync)
            .Produces<SessionResource>()
            .WithName("getSession")
            .WithSummary("Retrieve who is signed in, and what they may do in which project");
        app.MapOwn("DELETE", "/v1/session", SignOut.HereAsync)
            .Produces<EndedSessions>()
            .WithName("signOut")
            .WithSummary("Sign out");
        app.MapOwn("POST", "/v1/session/end_all", SignOut.EverywhereAsync)
            .Produces<EndedSessions>()
            .WithName("signOutEverywhere")
            .WithSummary("Sign out of every browser");
        app.MapOwn("POST", "/v1/session/password", ChangePassword.HandleAsync)
            .Produces<SessionResource>()
            .WithName("changePassword")
            .WithSummary("Change one's own password");
    }
}
