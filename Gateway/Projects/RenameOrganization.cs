using Sora.Gateway.Requests;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Identity;

namespace Sora.Gateway.Projects;

/// <summary><c>POST /v1/organization</c>: gives the caller's organisation another name.</summary>
internal static class RenameOrganization
{
    private const int LongestName = 100;

    private const string Rename =
        "update organizations set name = @name where id = @Organization returning id, name, created_at";

    public static async Task<IResult> HandleAsync(
        HttpRequest request, Caller caller, ServiceDatabase database, TimeProvider clock, CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadAsync(request, ["name"], cancellationToken);
        var name = body.Text("name", LongestName);
        body.Require("name");
        if (body.Mistake is { } mistake)
        {
            return mistake;
        }

        await using var work = await database.BeginAsync(caller, cancellationToken);
        var row = await work.QuerySingleOrDefaultAsync<OrganizationRow>(
            Rename, new { name, caller.Organization }, cancellationToken);
        work.Record(caller, "organization.updated", caller.Organization, clock.GetUtcNow(), ("name", name!));
        await work.CommitAsync(cancellationToken);
        return TypedResults.Ok(OrganizationResource.From(row!));
    }
}
