namespace Sora.Gateway.Projects;

/// <summary>The organisation and its projects.</summary>
internal static class ProjectsModule
{
    /// <summary>Maps <c>/v1/organization</c>.</summary>
    public static void MapProjects(this WebApplication app)
    {
        app.MapOwn("GET", "/v1/organization", ReadOrganization.HandleAsync)
            .Produces<OrganizationResource>()
            .WithName("getOrganization")
            .WithSummary("Retrieve the caller's organization");
    }
}
