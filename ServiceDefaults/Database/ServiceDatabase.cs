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
    private const string AssumeRole =
        "select set_config('role', @Role, true), set_config('app.project', @Project, true), set_config('app.organization', @Organization, true)";

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
        var all = new DynamicParameters(parameters);
        all.Add("Role", AppRole);
        all.Add("Project", caller.Project);
        all.Add("Organization", caller.Organization);
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
                new { Role = role, Project = project, Organization = organization },
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
}
