using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;

namespace Sora.Gateway.Projects;

/// <summary>
/// <c>POST /v1/projects/{id}/archive</c>: its keys open nothing within a second, and nobody can choose it. Its videos
/// finish and expire as they would have. The organisation's last project stays, or nobody could call at all.
/// </summary>
internal static class ArchiveProject
{
    private const string LockOrganization = "select id from organizations where id = @Organization for update";

    private const string CountOthers =
        "select count(*) from projects where organization_id = @Organization and archived_at is null and id <> @id";

    private const string Archive =
        $"""
        update projects set archived_at = @now where id = @id and organization_id = @Organization
        returning {ProjectRow.Columns}
        """;

    public static async Task<IResult> HandleAsync(
        string id, Caller caller, ServiceDatabase database, TimeProvider clock, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var key = new { id, caller.Organization, now };
        await using var work = await database.BeginAsync(caller, cancellationToken);

        // Two that archive the last two projects at the same time come one after the other.
        await work.QuerySingleOrDefaultAsync<string>(LockOrganization, key, cancellationToken);
        if (await ProjectRow.LockAsync(work, caller, id, cancellationToken) is not { } row)
        {
            return ProjectRow.NotFound();
        }

        if (row.ArchivedAt is not null)
        {
            return TypedResults.Ok(row.ToResource());
        }

        if (await work.QuerySingleOrDefaultAsync<long>(CountOthers, key, cancellationToken) == 0)
        {
            return ApiError.Invalid(null, "The organization's last project cannot be archived.", "last_project");
        }

        var archived = await work.QuerySingleOrDefaultAsync<ProjectRow>(Archive, key, cancellationToken);
        work.Record(caller with { Project = id }, "project.archived", id, now, ("name", row.Name));
        await work.CommitAsync(cancellationToken);
        return TypedResults.Ok(archived!.ToResource());
    }
}
