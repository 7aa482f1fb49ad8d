using Sora.Gateway.Requests;

namespace Sora.Gateway.Accounts;

/// <summary>The people of an organisation: who they are and what they may do.</summary>
internal static class AccountsModule
{
    /// <summary>Adds passwords, and the owner's of a new installation.</summary>
    public static WebApplicationBuilder AddAccounts(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<Passwords>().AddSingleton<Listing>();
        builder.Services.AddSingleton<ChangeUser>().AddSingleton<ChangeProjectMember>();
        builder.Services.AddHostedService<CreateFirstOwner>();
        return builder;
    }

    /// <summary>Maps <c>/v1/users</c> and <c>/v1/projects/{id}/members</c>.</summary>
    public static void MapAccounts(this WebApplication app)
    {
        app.MapOwn("GET", "/v1/users", ReadUsers.ListAsync)
            .Produces<ListResource<UserResource>>()
            .WithName("listUsers")
            .WithSummary("List who is in the organization");
        app.MapOwn("GET", "/v1/users/{id}", ReadUsers.GetAsync)
            .Produces<UserResource>()
            .WithName("getUser")
            .WithSummary("Retrieve somebody in the organization");
        app.MapOwn("POST", "/v1/users/{id}", ChangeUser.RoleAsync)
            .Produces<UserResource>()
            .WithName("changeUserRole")
            .WithSummary("Change somebody's role in the organization");
        app.MapOwn("POST", "/v1/users/{id}/disable", ChangeUser.DisableAsync)
            .Produces<UserResource>()
            .WithName("disableUser")
            .WithSummary("Let somebody do nothing in the organization until enabled again");
        app.MapOwn("POST", "/v1/users/{id}/enable", ChangeUser.EnableAsync)
            .Produces<UserResource>()
            .WithName("enableUser")
            .WithSummary("Give somebody back what disabling took");
        app.MapOwn("DELETE", "/v1/users/{id}", RemoveUser.HandleAsync)
            .Produces<Deleted>()
            .WithName("removeUser")
            .WithSummary("Take somebody out of the organization");
        app.MapOwn("GET", "/v1/projects/{id}/members", ProjectMembers.ListAsync)
            .Produces<ListResource<ProjectMemberResource>>()
            .WithName("listProjectMembers")
            .WithSummary("List who may do what in a project");
        app.MapOwn("PUT", "/v1/projects/{id}/members/{userId}", ChangeProjectMember.PutAsync)
            .Produces<ProjectMemberResource>()
            .WithName("putProjectMember")
            .WithSummary("Give somebody a role in a project");
        app.MapOwn("DELETE", "/v1/projects/{id}/members/{userId}", ChangeProjectMember.DeleteAsync)
            .Produces<Deleted>()
            .WithName("removeProjectMember")
            .WithSummary("Take somebody's role in a project");
    }
}
