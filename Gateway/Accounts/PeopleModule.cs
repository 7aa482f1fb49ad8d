using Sora.Gateway.Invitations;
using Sora.Gateway.Oidc;
using Sora.Gateway.Sessions;

namespace Sora.Gateway.Accounts;

/// <summary>Everything about people, in two calls: their accounts, how they come in, and how they sign in.</summary>
internal static class PeopleModule
{
    /// <summary>Adds accounts, invitations and browser sessions.</summary>
    public static WebApplicationBuilder AddPeople(this WebApplicationBuilder builder) =>
        builder.AddAccounts().AddInvitations().AddSessions().AddOidc();

    /// <summary>Maps their routes.</summary>
    public static WebApplication MapPeople(this WebApplication app)
    {
        app.MapAccounts();
        app.MapInvitations();
        app.MapSessions();
        app.MapOidc();
        return app;
    }
}
