using System.Globalization;
using Sora.Gateway.Requests;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Identity;

namespace Sora.Gateway.Projects;

/// <summary>
/// <c>POST /v1/projects/{id}</c>: its name, and how long it keeps the clips that are made from now on.
/// </summary>
internal static class UpdateProject
{
    private const string Update =
        $"""
        update projects set name = coalesce(@name, name), retention_days = coalesce(@retention, retention_days)
        where id = @id and organization_id = @Organization
        returning {ProjectRow.Columns}
        """;

    public static async Task<IResult> HandleAsync(
        string id,
        HttpRequest request,
        Caller caller,
        ServiceDatabase database,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadAsync(request, ["name", "retention_days"], cancellationToken);
        var name = body.Text("name", ProjectRow.LongestName);
        var retention = (int?)body.Integer("retention_days", ProjectRow.ShortestRetention, ProjectRow.LongestRetention);
        body.RequireIfPresent("name", "retention_days");
        if (body.Mistake is { } mistake)
        {
            return mistake;
        }

        await using var work = await database.BeginAsync(caller, cancellationToken);
        if (await ProjectRow.LockAsync(work, caller, id, cancellationToken) is not { } before)
        {
            return ProjectRow.NotFound();
        }

        if (before.ArchivedAt is not null)
        {
            return ProjectRow.Archived();
        }

        var after = await work.QuerySingleOrDefaultAsync<ProjectRow>(
            Update, new { id, caller.Organization, name, retention }, cancellationToken);
        work.Record(
            caller with { Project = id }, "project.updated", id, clock.GetUtcNow(),
            ("name", after!.Name), ("retention_days", after.RetentionDays.ToString(CultureInfo.InvariantCulture)));
        await work.CommitAsync(cancellationToken);
        return TypedResults.Ok(after.ToResource());
    }
}
