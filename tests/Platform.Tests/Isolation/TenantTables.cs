using Dapper;
using Npgsql;
using Sora.TestServers.Platform;

namespace Sora.Platform.Tests.Isolation;

/// <summary>A table whose rows belong to a project or an organisation.</summary>
internal sealed record TenantTable(
    string Name, string? ProjectColumn, string? OrganizationColumn, bool IsForced, bool IsBound, bool IsOpen, bool IsReadable);

/// <summary>One service's database, as its catalogue describes it.</summary>
/// <param name="Name">Its name, by which its roles are called.</param>
/// <param name="ConnectionString">Of a superuser, for whom no policy holds.</param>
internal sealed record TenantDatabase(string Name, string ConnectionString)
{
    // A policy may also lean on a table of its own database that is bound itself.
    private const string Tables =
        """
        with bound as (
            select policy.polrelid, pg_get_expr(policy.polqual, policy.polrelid)
                ~ 'app\.(project|organization)|FROM (projects|organization_members)' as is_bound
            from pg_policy policy join pg_roles app on app.rolname = @App
            where policy.polroles = '{0}' or app.oid = any(policy.polroles))
        select owned.relname as "Name",
               max(attname) filter (where attname like 'project%') as "ProjectColumn",
               max(attname) filter (where attname like 'organization%') as "OrganizationColumn",
               owned.relrowsecurity and owned.relforcerowsecurity as "IsForced",
               exists (select from bound where polrelid = owned.oid and is_bound) as "IsBound",
               exists (select from bound where polrelid = owned.oid and not is_bound) as "IsOpen",
               has_table_privilege(@App, owned.oid, 'select') as "IsReadable"
        from pg_class owned join pg_attribute on attrelid = owned.oid and attnum > 0 and not attisdropped
        where owned.relkind in ('r', 'p') and owned.relnamespace = 'public'::regnamespace
            and attname in ('project', 'project_id', 'organization', 'organization_id')
        group by owned.oid, owned.relname, owned.relrowsecurity, owned.relforcerowsecurity
        order by owned.relname
        """;

    /// <summary>Every database of the running system.</summary>
    public static IReadOnlyList<TenantDatabase> Of(SoraSystem system) =>
    [
        .. from service in system.Services
           from variable in service.Variables
           where variable.Key.EndsWith("db", StringComparison.Ordinal)
           select new TenantDatabase(variable.Key.Split("__")[1], $"{variable.Value};Pooling=false"),
    ];

    public async Task<IReadOnlyList<TenantTable>> TablesAsync()
    {
        await using var database = new NpgsqlConnection(ConnectionString);
        return (await database.QueryAsync<TenantTable>(Tables, new { App = $"{Name}_app" })).AsList();
    }

    /// <summary>
    /// All that a tenant's first project and its organisation own, row by row, but for what reading leaves behind and what
    /// the organisation's second project adds to: the log of what people do, and the organisation's budget.
    /// </summary>
    public async Task<IReadOnlyList<string>> HoldingsAsync(Organization tenant)
    {
        await using var database = new NpgsqlConnection(ConnectionString);
        var rows = new List<string>();
        foreach (var table in (await TablesAsync()).Where(table => table.Name is not ("audit_log" or "budgets")))
        {
            var (column, owner) = table.ProjectColumn is { } project
                ? (project, tenant.Project)
                : (table.OrganizationColumn, tenant.Id);
            rows.AddRange(await database.QueryAsync<string>(
                $"""
                select '{table.Name}: ' || (to_jsonb(owned) - 'last_used_at' - 'last_seen_at' - 'uses')::text
                from {table.Name} owned where {column} = @owner order by 1
                """,
                new { owner }));
        }

        return rows;
    }

    /// <summary>How many of one tenant's rows another one's requests could read, were all their queries forgetful.</summary>
    public async Task<long> CountVisibleAsync(Organization rowsOf, Organization readBy)
    {
        await using var database = new NpgsqlConnection(ConnectionString);
        await database.OpenAsync();
        await using var transaction = await database.BeginTransactionAsync();
        var tables = await TablesAsync();
        await database.ExecuteAsync(
            """
            select set_config('role', @Role, true), set_config('app.project', @Project, true),
                   set_config('app.organization', @Id, true)
            """,
            new { Role = $"{Name}_app", readBy.Project, readBy.Id });
        var count = 0L;
        foreach (var table in tables.Where(table => table.IsReadable))
        {
            count += await database.ExecuteScalarAsync<long>(
                $"select count(*) from {table.Name} where {table.ProjectColumn ?? table.OrganizationColumn} = any(@Owner)",
                new { Owner = new[] { rowsOf.Project, rowsOf.Id } });
        }

        return count;
    }
}
