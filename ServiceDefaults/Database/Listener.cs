using System.Data;
using Npgsql;

namespace Sora.ServiceDefaults.Database;

/// <summary>A connection that hears what transactions notify of (<c>pg_notify</c>) when they commit.</summary>
public sealed class Listener : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;

    private Listener(NpgsqlConnection connection)
    {
        _connection = connection;
    }

    /// <summary>Listens from the moment this returns on.</summary>
    /// <param name="source">The connection pool.</param>
    /// <param name="channel">The channel's name, as it stands in SQL.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public static async Task<Listener> OpenAsync(
        NpgsqlDataSource source, string channel, CancellationToken cancellationToken)
    {
        var listener = new Listener(await source.OpenConnectionAsync(cancellationToken));
        try
        {
            await listener.ExecuteAsync($"listen {channel}", cancellationToken);
            return listener;
        }
        catch
        {
            await listener.DisposeAsync();
            throw;
        }
    }

    /// <summary>Returns at the next notification, or when the time is over.</summary>
    /// <exception cref="NpgsqlException">The connection is lost; open another.</exception>
    public Task WaitAsync(TimeSpan timeout, CancellationToken cancellationToken) =>
        _connection.WaitAsync(timeout, cancellationToken);

    /// <summary>Gives the connection back to the pool, which takes it as it is: deaf again.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_connection.State is ConnectionState.Open)
            {
                await ExecuteAsync("unlisten *", CancellationToken.None);
            }
        }
        catch (NpgsqlException)
        {
            // Lost; the pool throws it away.
        }

        await _connection.DisposeAsync();
    }

    private async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, _connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
