using Npgsql;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Tests.Streams;

/// <summary>A transaction that has written a row of the timeline and takes its time to end.</summary>
internal sealed class Writer(NpgsqlConnection connection, NpgsqlTransaction transaction) : IAsyncDisposable
{
    /// <summary>Writes a change to which the version is the progress as well.</summary>
    public static async Task<Writer> InsertAsync(NpgsqlDataSource source, Video video, int version)
    {
        var connection = await source.OpenConnectionAsync();
        var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand(
            """
            insert into video_timeline (video_id, version, project, stage, progress, at)
            values ($1, $2, $3, 'rendering', $2, now())
            """,
            connection,
            transaction)
        {
            Parameters = { new() { Value = video.Id }, new() { Value = version }, new() { Value = video.Project } },
        };
        await command.ExecuteNonQueryAsync();
        return new Writer(connection, transaction);
    }

    public Task CommitAsync() => transaction.CommitAsync();

    public Task RollBackAsync() => transaction.RollbackAsync();

    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }
}
