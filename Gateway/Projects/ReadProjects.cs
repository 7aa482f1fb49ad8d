using Sora.Gateway.Requests;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Identity;

namespace Sora.Gateway.Projects;

/// <summary><c>GET /v1/projects</c> and <c>GET /v1/projects/{id}</c>: those that the caller takes part in.</summary>
internal static class ReadProjects
{
    public static Task<IResult> ListAsync(HttpRequest request, Caller caller, Listing listing) =>
        listing.AnswerAsync<ProjectRow, ProjectResource>(
            request, caller, ProjectRow.OfCaller, ProjectRow.Tenant(caller), row => row.ToResource());

    public static async Task<IResult> GetAsync(
        string id, Caller caller, ServiceDatabase database, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync<ProjectRow>(
            caller, $"{ProjectRow.OfCaller} and id = @Id", ProjectRow.Tenant(caller, id), cancellationToken);
        return rows is [var row] ? TypedResults.Ok(row.ToResource()) : ProjectRow.NotFound();
    }
}
