using Npgsql;
using Sora.ServiceDefaults.Database;
using Sora.TestServers;

namespace Sora.ServiceDefaults.Tests.Database;

public sealed class ListenerTests : IAsyncLifetime
{
    private readonly SharedServers _servers = new();
    private TestService? _service;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private NpgsqlDataSource Source => _service!.Services.GetRequiredService<NpgsqlDataSource>();

    public async ValueTask InitializeAsync()
    {
        var database = await _servers.CreateDatabaseAsync("testdb", Cancelled);
        _service = await TestService.With().AddDatabase($"{database};Maximum Pool Size=2").StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _service!.DisposeAsync();
        await _servers.DisposeAsync();
    }

    [Fact]
    public async Task A_listener_hears_a_notification_at_once()
    {
        await using var listener = await Listener.OpenAsync(Source, "things", Cancelled);
        var heard = listener.WaitAsync(TimeSpan.FromMinutes(1), Cancelled);

        await using var connection = await Source.OpenConnectionAsync(Cancelled);
        await ExecuteAsync("select pg_notify('things', '')", connection);

        await heard.WaitAsync(TimeSpan.FromSeconds(30), Cancelled);
    }

    [Fact]
    public async Task The_pool_gets_a_connection_back_that_listens_to_nothing()
    {
        await using (await Listener.OpenAsync(Source, "things", Cancelled))
        {
        }

        await using var one = await Source.OpenConnectionAsync(Cancelled);
        await using var other = await Source.OpenConnectionAsync(Cancelled);
        Assert.Equal(0L, await ExecuteAsync("select count(*) from pg_listening_channels()", one));
        Assert.Equal(0L, await ExecuteAsync("select count(*) from pg_listening_channels()", other));
    }

    private static async Task<object?> ExecuteAsync(string sql, NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Cancelled);
    }
}
