using Sora.Gateway.Requests;

namespace Sora.Gateway.Projects;

/// <summary>The organisation and its projects.</summary>
internal static class ProjectsModule
{
    /// <summary>Maps <c>/v1/organization</c> and <c>/v1/projects</c>.</summary>
    public static WebApplication MapProjects(this WebApplication app)
    {
        app.MapOwn("GET", "/v1/organization", ReadOrganization.HandleAsync)
            .Produces<OrganizationResource>().WithName("getOrganization").WithSummary("Retrieve the caller's organization");
        app.MapOwn("POST", "/v1/organization", RenameOrganization.HandleAsync)
            .Produces<OrganizationResource>().WithName("updateOrganization").WithSummary("Rename the organization");
        app.MapOwn("POST", "/v1/projects", CreateProject.HandleAsync)
            .Produces<ProjectResource>().WithName("createProject").WithSummary("Create a project");
        app.MapOwn("GET", "/v1/projects", ReadProjects.ListAsync)
            .Produces<ListResource<ProjectResource>>().WithName("listProjects").WithSummary("List projects");
        app.MapOwn("GET", "/v1/projects/{id}", ReadProjects.GetAsync)
            .Produces<ProjectResource>().WithName("getProject").WithSummary("Retrieve a project");
        app.MapOwn("POST", "/v1/projects/{id}", UpdateProject.HandleAsync)
            .Produces<ProjectResource>().WithName("updateProject").WithSummary("Change a project's name and retention");
        app.MapOwn("POST", "/v1/projects/{id}/archive", ArchiveProject.HandleAsync)
            .Produces<ProjectResource>().WithName("archiveProject").WithSummary("Archive a project for good");
        return app;
    }
}
