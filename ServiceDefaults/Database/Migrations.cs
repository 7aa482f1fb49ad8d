using System.Data;
using System.Reflection;
using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Polly.Registry;

namespace Sora.ServiceDefaults.Database;

/// <summary>Where a service's migrations are embedded: resources named <c>….Migrations.NNNN_name.sql</c>.</summary>
public sealed record MigrationSource(Assembly Assembly);

/// <summary>
/// Brings the schema up to date before the service starts: numbered SQL files, each in its own transaction, under an
/// advisory lock so that replicas starting together do it once. Waits for a server that is not up yet.
/// </summary>
internal sealed partial class Migrations(
    ServiceDatabase database,
    NpgsqlDataSource source,
    MigrationSource service,
    ResiliencePipelineRegistry<string> policies,
    ILogger<Migrations> logger) : IHostedService
{
    private const long LockKey = 0x50_72_61; // any number, the same in every service

    /// <summary>Roles belong to the whole server, so that databases made side by side may race for them.</summary>
    private string EnsureRoles =>
        $"""
        do $$
        begin
            if not exists (select from pg_roles where rolname = '{database.AppRole}') then
                create role {database.AppRole} nologin;
            end if;
            if not exists (select from pg_roles where rolname = '{database.WorkerRole}') then
                create role {database.WorkerRole} nologin bypassrls;
            end if;
        exception when duplicate_object or unique_violation then null;
        end $$;
        """;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Log.Checking(logger);
        await policies.GetPipeline(ResiliencePolicies.ServerStart)
            .ExecuteAsync(async token => await ApplyAsync(token), cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task ApplyAsync(CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await ExecuteAsync("select pg_advisory_lock(@LockKey)", new { LockKey });
        try
        {
            await ApplyMissingAsync();
        }
        finally
        {
            // The pool takes the connection as it is, with its lock. One that is lost has lost the lock as well.
            if (connection.State is ConnectionState.Open)
            {
                await connection.ExecuteAsync("select pg_advisory_unlock(@LockKey)", new { LockKey });
            }
        }

        async Task ApplyMissingAsync()
        {
            await ExecuteAsync(EnsureRoles);
            await ExecuteAsync(
                """
                create table if not exists schema_migrations (
                    name text primary key, applied_at timestamptz not null default now())
                """);
            var applied = (await connection.QueryAsync<string>("select name from schema_migrations")).ToHashSet();
            foreach (var (name, sql) in Scripts().Where(script => !applied.Contains(script.Name)))
            {
                await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
                await ExecuteAsync(sql);
                await ExecuteAsync("insert into schema_migrations (name) values (@name)", new { name });
                await transaction.CommitAsync(cancellationToken);
                Log.Applied(logger, name);
            }
        }

        // Without a time limit: an index on a large table takes as long as it takes, and the other replicas wait for it.
        Task ExecuteAsync(string sql, object? parameters = null) => connection.ExecuteAsync(
            new CommandDefinition(sql, parameters, commandTimeout: 0, cancellationToken: cancellationToken));
    }

    private IEnumerable<(string Name, string Sql)> Scripts() =>
        Scripts(typeof(Migrations).Assembly).Concat(Scripts(service.Assembly))
            .Select(script => (script.Name, script.Sql
                .Replace("{app}", database.AppRole, StringComparison.Ordinal)
                .Replace("{worker}", database.WorkerRole, StringComparison.Ordinal)));

    private static IEnumerable<(string Name, string Sql)> Scripts(Assembly assembly)
    {
        const string Folder = ".Migrations.";
        // By number across folders: a feature's tables may refer to another's.
        var scripts =
            from resource in assembly.GetManifestResourceNames()
            let start = resource.IndexOf(Folder, StringComparison.Ordinal)
            where start >= 0 && resource.EndsWith(".sql", StringComparison.Ordinal)
            select (Name: resource[(start + Folder.Length)..], Resource: resource);
        foreach (var (name, resource) in scripts.OrderBy(script => script.Name, StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            yield return (name, reader.ReadToEnd());
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Checking the database's schema")]
        public static partial void Checking(ILogger logger);

        [LoggerMessage(Level = LogLevel.Information, Message = "Applied migration {Name}")]
        public static partial void Applied(ILogger logger, string name);
    }
}
