using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Identity;

namespace Sora.Gateway.Projects;

/// <summary><c>GET /v1/organization</c>: the caller's own.</summary>
internal static class ReadOrganization
{
    private const string Sql = "select id, name, created_at from organizations where id = @Organization";

    public static async Task<IResult> HandleAsync(
        Caller caller, ServiceDatabase database, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync<OrganizationRow>(
            caller, Sql, new { caller.Organization }, cancellationToken);
        return TypedResults.Ok(OrganizationResource.From(rows.Single()));
    }
}
