using Microsoft.Extensions.Options;
using Npgsql;
using Sora.ServiceDefaults.Database;
using Sora.StorageWorker.Objects;

namespace Sora.StorageWorker.References;

/// <summary>
/// Deletes expired images: the bytes first, then the row, so that a crash in between only repeats the work.
/// </summary>
internal sealed partial class ReferenceSweeper(
    ServiceDatabase database,
    IObjectStore store,
    IOptions<ReferenceOptions> options,
    TimeProvider clock,
    ILogger<ReferenceSweeper> logger) : BackgroundService
{
    private const int BatchSize = 100;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.SweepInterval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                while (await SweepAsync(stoppingToken) == BatchSize)
                {
                }
            }
            catch (Exception exception) when (exception is NpgsqlException or IOException)
            {
                Log.Interrupted(logger, exception);
            }
        }
    }

    private async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(cancellationToken);
        var expired = await work.QueryAsync<Row>(
            """
            delete from reference_images where video_id in (
                select video_id from reference_images where expires_at <= @Now
                order by expires_at limit @BatchSize for update skip locked)
            returning video_id, project
            """,
            new { Now = clock.GetUtcNow(), BatchSize },
            cancellationToken);
        foreach (var image in expired)
        {
            await store.DeleteAllAsync(ReferenceImage.Folder(image.Project, image.VideoId), cancellationToken);
        }

        await work.CommitAsync(cancellationToken);
        return expired.Count;
    }

    private sealed record Row(string VideoId, string Project);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The sweep of reference images was interrupted; the next goes on")]
        public static partial void Interrupted(ILogger logger, Exception exception);
    }
}
