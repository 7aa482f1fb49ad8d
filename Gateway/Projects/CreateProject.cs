using Microsoft.Extensions.Options;
using Sora.Gateway.ApiKeys;
using Sora.Gateway.Requests;
using Sora.ServiceDefaults;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;

namespace Sora.Gateway.Projects;

/// <summary><c>POST /v1/projects</c>: a new project of the organisation, in which its owners and admins take part.</summary>
internal static class CreateProject
{
    private const int MostProjects = 1000;

    private const string Insert =
        """
        insert into projects (id, organization_id, name, retention_days, created_at)
        select @Id, @Organization, @Name, @RetentionDays, @CreatedAt
        where @Most > (select count(*) from projects where organization_id = @Organization and archived_at is null)
        """;

    public static async Task<IResult> HandleAsync(
        HttpRequest request,
        Caller caller,
        ServiceDatabase database,
        IOptions<GatewayOptions> options,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadAsync(request, ["name", "retention_days"], cancellationToken);
        var name = body.Text("name", ProjectRow.LongestName);
        var retention = body.Integer("retention_days", ProjectRow.ShortestRetention, ProjectRow.LongestRetention);
        body.Require("name");
        if (body.Mistake is { } mistake)
        {
            return mistake;
        }

        var now = clock.GetUtcNow();
        var row = new ProjectRow
        {
            Id = Ids.New("proj", now),
            Name = name!,
            RetentionDays = (int)(retention ?? options.Value.FirstProjectRetentionDays),
            CreatedAt = now,
        };
        await using var work = await database.BeginAsync(caller, cancellationToken);
        var inserted = await work.ExecuteAsync(
            Insert,
            new { row.Id, caller.Organization, row.Name, row.RetentionDays, row.CreatedAt, Most = MostProjects },
            cancellationToken);
        if (inserted == 0)
        {
            return ApiError.Invalid(
                null, $"The organization has {MostProjects} projects, the most there can be. Archive one.", "too_many_projects");
        }

        work.Record(caller with { Project = row.Id }, "project.created", row.Id, now, ("name", row.Name));
        await work.CommitAsync(cancellationToken);
        return TypedResults.Ok(row.ToResource());
    }
}
