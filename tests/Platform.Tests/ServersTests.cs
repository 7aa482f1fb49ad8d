using Npgsql;
using Sora.TestServers;
using Sora.TestServers.Processes;
using Xunit;

namespace Sora.Platform.Tests;

/// <summary>The servers under all other tests: what they promise to those.</summary>
public sealed class ServersTests
{
    [Fact]
    public async Task A_killed_PostgreSQL_comes_back_on_its_port_with_its_data()
    {
        using var folder = new ProcessFolder("test");
        await using var postgres = new PostgresServer(folder);
        await postgres.StartAsync(TestContext.Current.CancellationToken);
        await ExecuteAsync(postgres.ConnectionString, "create table kept as select 1 as one");

        await postgres.KillAsync(TestContext.Current.CancellationToken);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => ExecuteAsync(postgres.ConnectionString, "select 1"));
        await postgres.RestartAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1, await ExecuteAsync(postgres.ConnectionString, "select one from kept"));
    }

    [Fact]
    public async Task A_disposed_folder_leaves_no_process_and_no_file()
    {
        var folder = new ProcessFolder("test");
        var redis = new RedisServer(folder);
        await redis.StartAsync(TestContext.Current.CancellationToken);
        var process = redis.ProcessId;

        folder.Dispose();

        Assert.False(Directory.Exists(folder.Path));
        await Wait.UntilAsync("Redis is gone", _ => Task.FromResult(!Directory.Exists($"/proc/{process}")));
    }

    [Fact]
    public async Task Databases_of_one_name_are_strangers_and_go_with_their_owner()
    {
        string mine;
        await using (var servers = new SharedServers())
        {
            mine = await servers.CreateDatabaseAsync("videodb", TestContext.Current.CancellationToken);
            var other = await servers.CreateDatabaseAsync("videodb", TestContext.Current.CancellationToken);
            await ExecuteAsync(mine, "create table things()");
            Assert.Null(await ExecuteAsync(other, "select 1 from pg_tables where tablename = 'things'"));
        }

        await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(mine, "select 1"));
    }

    private static async Task<object?> ExecuteAsync(string server, string sql)
    {
        await using var connection = new NpgsqlConnection(server + ";Pooling=false");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }
}
