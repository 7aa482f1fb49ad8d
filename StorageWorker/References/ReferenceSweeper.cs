using Microsoft.Extensions.Options;
using Npgsql;
using Sora.ServiceDefaults.Database;
using Sora.StorageWorker.Objects;
using Sora.StorageWorker.Uploads;

namespace Sora.StorageWorker.References;

/// <summary>
/// Deletes expired images and uploads: the bytes first, then the row, so that a crash in between only repeats the work.
/// </summary>
internal sealed partial class ReferenceSweeper(
    ServiceDatabase database,
    IObjectStore store,
    IOptions<ReferenceOptions> options,
    TimeProvider clock,
    ILogger<ReferenceSweeper> logger) : BackgroundService
{
    private const int BatchSize = 100;

    private static readonly (string Table, string Id, Func<string, string, ObjectKey> Folder)[] Kept =
    [
        ("reference_images", "video_id", ReferenceImage.Folder),
        ("uploads", "id", UploadedVideo.Folder),
    ];

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.SweepInterval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                foreach (var (table, id, folder) in Kept)
                {
                    while (await SweepAsync(table, id, folder, stoppingToken) == BatchSize)
                    {
                    }
                }
            }
            catch (Exception exception) when (exception is NpgsqlException or IOException)
            {
                Log.Interrupted(logger, exception);
            }
        }
    }

    private async Task<int> SweepAsync(
        string table, string id, Func<string, string, ObjectKey> folder, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(cancellationToken);
        var expired = await work.QueryAsync<Row>(
            $"""
            delete from {table} where {id} in (
                select {id} from {table} where expires_at <= @Now
                order by expires_at limit @BatchSize for update skip locked)
            returning {id} as id, project
            """,
            new { Now = clock.GetUtcNow(), BatchSize },
            cancellationToken);
        foreach (var file in expired)
        {
            await store.DeleteAllAsync(folder(file.Project, file.Id), cancellationToken);
        }

        await work.CommitAsync(cancellationToken);
        return expired.Count;
    }

    private sealed record Row(string Id, string Project);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The sweep of expired files was interrupted; the next goes on")]
        public static partial void Interrupted(ILogger logger, Exception exception);
    }
}
