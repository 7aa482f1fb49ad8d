using Npgsql;
using Sora.TestServers;
using Sora.TestServers.Processes;

namespace Sora.ServiceDefaults.Tests.Database;

public sealed class MigrationsTests : IAsyncLifetime
{
    private readonly SharedServers _servers = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _servers.DisposeAsync();

    [Fact]
    public async Task Replicas_that_start_together_migrate_once_and_a_later_start_changes_nothing()
    {
        var database = await _servers.CreateDatabaseAsync("testdb", Cancelled);

        var replicas = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => StartAsync(database)));
        var before = await HistoryAsync(database);
        await using var later = await StartAsync(database);

        Assert.Equal(["0000_outbox_and_inbox.sql", "0001_notes.sql"], before.Select(row => row.Split('|')[0]));
        Assert.Equal(before, await HistoryAsync(database));
        Assert.Equal(2, replicas.Sum(Applied));
        Assert.Equal(0, Applied(later));
        foreach (var replica in replicas)
        {
            await replica.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_start_waits_for_a_server_that_is_not_up_yet()
    {
        using var folder = new ProcessFolder("test");
        await using var postgres = new PostgresServer(folder);
        var starting = StartAsync(postgres.ConnectionString);
        await Task.WhenAny(starting, Task.Delay(TimeSpan.FromMilliseconds(300), Cancelled));
        Assert.False(starting.IsCompleted);

        await postgres.StartAsync(Cancelled);
        await using var service = await starting;

        Assert.Equal(2, Applied(service));
    }

    [Fact]
    public async Task The_scripts_name_the_roles_of_this_database()
    {
        await using var service = await StartAsync(await _servers.CreateDatabaseAsync("testdb", Cancelled));

        var grantees = await service.Database.ReadAsync<string>(
            TestService.Ann,
            "select distinct grantee::text from information_schema.role_table_grants where table_name = 'notes' order by 1",
            null,
            Cancelled);

        Assert.Equal(["testdb_app"], grantees);
    }

    private static Task<TestService> StartAsync(string database) =>
        TestService.With().AddDatabase(database).StartAsync();

    private static int Applied(TestService service) =>
        service.Logs.Entries.Count(entry => entry.Message.StartsWith("Applied migration", StringComparison.Ordinal));

    private static async Task<List<string>> HistoryAsync(string database)
    {
        await using var connection = new NpgsqlConnection(database + ";Pooling=false");
        await connection.OpenAsync(Cancelled);
        await using var command = new NpgsqlCommand(
            "select name || '|' || applied_at from schema_migrations order by name", connection);
        await using var reader = await command.ExecuteReaderAsync(Cancelled);
        var rows = new List<string>();
        while (await reader.ReadAsync(Cancelled))
        {
            rows.Add(reader.GetString(0));
        }

        return rows;
    }
}
