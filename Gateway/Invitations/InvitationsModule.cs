using Microsoft.Extensions.Options;
using Sora.Gateway.Requests;
using Sora.Gateway.Sessions;

namespace Sora.Gateway.Invitations;

/// <summary>How people come into an organisation.</summary>
internal static class InvitationsModule
{
    /// <summary>Adds how long invitations live, and what makes and accepts them.</summary>
    public static WebApplicationBuilder AddInvitations(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<InvitationOptions>().BindConfiguration("Invitations").ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<InvitationOptions>, InvitationOptionsValidator>();
        builder.Services.AddSingleton<CreateInvitation>().AddSingleton<AcceptInvitation>();
        return builder;
    }

    /// <summary>Maps <c>/v1/invitations</c>.</summary>
    public static void MapInvitations(this WebApplication app)
    {
        app.MapOwn("POST", "/v1/invitations", CreateInvitation.HandleAsync)
            .Produces<InvitationResource>()
            .WithName("createInvitation")
            .WithSummary("Invite an e-mail address to a role");
        app.MapOwn("GET", "/v1/invitations", ReadInvitations.ListAsync)
            .Produces<ListResource<InvitationResource>>()
            .WithName("listInvitations")
            .WithSummary("List the organization's invitations");
        app.MapOwn("GET", "/v1/invitations/{id}", ReadInvitations.GetAsync)
            .Produces<InvitationResource>()
            .WithName("getInvitation")
            .WithSummary("Retrieve an invitation");
        app.MapOwn("DELETE", "/v1/invitations/{id}", RevokeInvitation.HandleAsync)
            .Produces<Deleted>()
            .WithName("revokeInvitation")
            .WithSummary("Revoke an invitation");
        app.MapOwn("POST", "/v1/invitations/accept", AcceptInvitation.HandleAsync)
            .AddEndpointFilter<SameOriginFilter>()
            .Produces<SessionResource>()
            .WithName("acceptInvitation")
            .WithSummary("Accept an invitation");
    }
}
