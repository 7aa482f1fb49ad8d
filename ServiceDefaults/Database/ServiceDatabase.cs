using Dapper;
using Npgsql;
using Sora.ServiceDefaults.Identity;

namespace Sora.ServiceDefaults.Database;

/// <summary>
/// The service's database. Whoever works on behalf of a caller does so as the role <c>NAME_app</c> with
/// <c>app.project</c> set, under row-level security; workers use <c>NAME_worker</c>, which sees every project.
/// </summary>
/// <param name="name">The database's logical name, for example <c>videodb</c>.</param>
/// <param name="source">The connection pool.</param>
public sealed class ServiceDatabase(string name, NpgsqlDataSource source)
{
    // Parameter names that no feature's SQL would think of: reads share one parameter list with it.
    private const string AssumeRole =
        """
        select set_config('role', @assumed_role, true),
            set_config('app.project', @assumed_project, true),
            set_config('app.organization', @assumed_organization, true)
        """;

    /// <summary>The role that sees one project only.</summary>
    public string AppRole => $"{name}_app";

    /// <summary>The role of background work.</summary>
    public string WorkerRole => $"{name}_worker";

    /// <summary>Begins a transaction that sees only the caller's project.</summary>
    public Task<UnitOfWork> BeginAsync(Caller caller, CancellationToken cancellationToken) =>
        BeginAsync(AppRole, caller.Project, caller.Organization, cancellationToken);

    /// <summary>Begins a transaction of background work, which sees every project.</summary>
    public Task<UnitOfWork> BeginAsync(CancellationToken cancellationToken) =>
        BeginAsync(WorkerRole, "", "", cancellationToken);

    /// <summary>Reads rows of the caller's project in one round trip.</summary>
    public async Task<IReadOnlyList<T>> ReadAsync<T>(
        Caller caller, string sql, object? parameters, CancellationToken cancellationToken)
    {
        // Statements sent together are one implicit transaction, to which the settings are local.
        var all = Assume(AppRole, caller.Project, caller.Organization);
        all.AddDynamicParams(parameters);
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var results = await connection.QueryMultipleAsync(
            new CommandDefinition($"{AssumeRole}; {sql}", all, cancellationToken: cancellationToken));
        await results.ReadAsync();
        return (await results.ReadAsync<T>()).AsList();
    }

    private async Task<UnitOfWork> BeginAsync(
        string role, string project, string organization, CancellationToken cancellationToken)
    {
        var connection = await source.OpenConnectionAsync(cancellationToken);
        try
        {
            var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await connection.ExecuteAsync(new CommandDefinition(
                AssumeRole,
                Assume(role, project, organization),
                transaction,
                cancellationToken: cancellationToken));
            return new UnitOfWork(connection, transaction);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static DynamicParameters Assume(string role, string project, string organization)
    {
        var parameters = new DynamicParameters();
        parameters.Add("assumed_role", role);
        parameters.Add("assumed_project", project);
        parameters.Add("assumed_organization", organization);
        return parameters;
    }
}
