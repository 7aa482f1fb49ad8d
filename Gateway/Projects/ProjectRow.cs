using Sora.Gateway.Accounts;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;

namespace Sora.Gateway.Projects;

/// <summary>A row of <c>projects</c>.</summary>
internal sealed class ProjectRow
{
    public const string Columns = "id, name, retention_days, created_at, archived_at";

    public const int ShortestRetention = 1;
    public const int LongestRetention = 3650;
    public const int LongestName = 100;

    /// <summary>
    /// The projects that the caller takes part in; all of the organisation's for owners and admins.
    /// <see cref="Tenant"/> fills it in.
    /// </summary>
    public const string OfCaller =
        $"""
        select {Columns} from projects
        where organization_id = @Organization and (@All or id in (
            select project_id from effective_memberships where organization_id = @Organization and user_id = @User))
        """;

    public required string Id { get; init; }
    public required string Name { get; init; }
    public int RetentionDays { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? ArchivedAt { get; init; }

    /// <summary>The parameters of <see cref="OfCaller"/>, and the project's id.</summary>
    public static object Tenant(Caller caller, string? id = null) => new
    {
        caller.Organization,
        caller.User,
        All = caller.Role is Roles.Owner or Roles.Admin,
        Id = id,
    };

    /// <summary>The project, locked until the transaction ends; null when the organisation has none such.</summary>
    public static Task<ProjectRow?> LockAsync(
        UnitOfWork work, Caller caller, string id, CancellationToken cancellationToken) =>
        work.QuerySingleOrDefaultAsync<ProjectRow>(
            $"select {Columns} from projects where id = @id and organization_id = @Organization for update",
            new { id, caller.Organization },
            cancellationToken);

    public static ApiError NotFound() => ApiError.NotFound("There is no such project.", "project_not_found");

    /// <summary>400: nothing in it changes any more.</summary>
    public static ApiError Archived() => ApiError.Invalid(null, "This project has been archived.", "project_archived");

    /// <summary>As the API shows it.</summary>
    public ProjectResource ToResource() => new(
        Id,
        "project",
        Name,
        ArchivedAt is null ? "active" : "archived",
        RetentionDays,
        CreatedAt.ToUnixTimeSeconds(),
        ArchivedAt?.ToUnixTimeSeconds());
}
