using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OAuth;
using Microsoft.Extensions.Options;
using Sora.Gateway.Sessions;
using Sora.ServiceDefaults.Errors;

namespace Sora.Gateway.Oidc;

/// <summary>Signing in with an identity provider of the operator's choice.</summary>
internal static partial class OidcModule
{
    private const string Studio = "/";

    /// <summary>Adds the sign-in; it is off unless section <c>Oidc</c> names a provider.</summary>
    public static WebApplicationBuilder AddOidc(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<OidcOptions>().BindConfiguration("Oidc").ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<OidcOptions>, OidcOptionsValidator>();
        if (string.IsNullOrEmpty(builder.Configuration["Oidc:Authority"]))
        {
            return builder;
        }

        builder.Services.AddHttpClient(OidcProvider.HttpClientName, Limit);
        builder.Services.AddSingleton<OidcProvider>().AddSingleton<OidcSignIn>().AddSingleton<SealedState>();
        builder.Services.AddAuthentication()
            .AddOAuth<OAuthOptions, OidcHandler>(OidcHandler.SchemeName, _ => { });
        builder.Services.AddOptions<OAuthOptions>(OidcHandler.SchemeName)
            .Configure<IOptions<OidcOptions>, SealedState, IHttpClientFactory>(Configure)
            .ValidateOnStart();
        return builder;
    }

    /// <summary>Maps <c>/auth/oidc/start</c>; the handler itself answers <c>/auth/oidc/callback</c>.</summary>
    public static void MapOidc(this WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<OidcOptions>>().Value.IsOn)
        {
            app.MapGet("/auth/oidc/start", () => TypedResults.Challenge(
                    new AuthenticationProperties { RedirectUri = Studio }, [OidcHandler.SchemeName]))
                .AllowAnonymous()
                .WithName("startOidc")
                .WithSummary("Send the browser to the identity provider to sign in");
        }
    }

    private static void Configure(
        OAuthOptions options, IOptions<OidcOptions> oidc, SealedState state, IHttpClientFactory clients)
    {
        options.ClientId = oidc.Value.ClientId!;
        options.ClientSecret = oidc.Value.ClientSecret!;
        options.CallbackPath = "/auth/oidc/callback";
        options.UsePkce = true;
        options.StateDataFormat = state;
        options.Backchannel = clients.CreateClient(OidcProvider.HttpClientName);
        options.SignInScheme = SessionAuthentication.SchemeName;

        // Read from the provider before each use; the framework wants to see something at the start.
        options.AuthorizationEndpoint = options.TokenEndpoint = oidc.Value.Authority!;
        foreach (var scope in new[] { "openid", "email", "profile" })
        {
            options.Scope.Add(scope);
        }

        // Ties the answer to the browser that asked; sent along as the provider sends it back.
        options.CorrelationCookie.Name = "__Host-sora-oidc-";
        options.CorrelationCookie.Path = "/";
        options.CorrelationCookie.SecurePolicy = CookieSecurePolicy.Always;
        options.CorrelationCookie.SameSite = SameSiteMode.Lax;
        options.Events.OnTicketReceived = FinishAsync;
        options.Events.OnRemoteFailure = RefuseAsync;
    }

    private static void Limit(HttpClient client)
    {
        client.Timeout = TimeSpan.FromSeconds(10);
        client.MaxResponseContentBufferSize = 1024 * 1024;
    }

    private static async Task FinishAsync(TicketReceivedContext context)
    {
        var services = context.HttpContext.RequestServices;
        var signIn = services.GetRequiredService<OidcSignIn>();
        var cancellationToken = context.HttpContext.RequestAborted;
        context.HandleResponse();
        await using var work = await signIn.BeginAsync(cancellationToken);
        var identity = OidcHandler.IdentityOf(context.HttpContext);
        if (await signIn.FindUserAsync(work, identity, cancellationToken) is { } user)
        {
            await services.GetRequiredService<SessionOpener>().OpenAsync(work, user, context.HttpContext, cancellationToken);
            context.Response.Redirect(Studio);
            return;
        }

        await Refusal("not_invited", "You may not sign in here with this account: ask for an invitation.")
            .ExecuteAsync(context.HttpContext);
    }

    private static Task RefuseAsync(RemoteFailureContext context)
    {
        Log.Failed(
            context.HttpContext.RequestServices.GetRequiredService<ILogger<OidcHandler>>(), context.Failure);
        context.HandleResponse();
        return Refusal("oidc_failed", "The sign-in did not succeed. Start it anew.").ExecuteAsync(context.HttpContext);
    }

    private static ApiError Refusal(string code, string message) =>
        new(StatusCodes.Status403Forbidden, ApiError.InvalidRequest, code, null, message);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "A sign-in with the identity provider failed")]
        public static partial void Failed(ILogger logger, Exception? exception);
    }
}
