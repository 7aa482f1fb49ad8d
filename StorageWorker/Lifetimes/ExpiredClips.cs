using Microsoft.Extensions.Options;
using Npgsql;
using Sora.ServiceDefaults.Database;

namespace Sora.StorageWorker.Lifetimes;

/// <summary>
/// Ends clips whose time is over. They are not served from that very moment; here they become due for
/// <see cref="Clips.EraseClip"/> after the grace period.
/// </summary>
internal sealed partial class ExpiredClips(
    ServiceDatabase database,
    IOptions<LifetimeOptions> options,
    TimeProvider clock,
    ILogger<ExpiredClips> logger) : BackgroundService
{
    private const int BatchSize = 500;

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
            catch (NpgsqlException exception)
            {
                Log.Interrupted(logger, exception);
            }
        }
    }

    private async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(cancellationToken);
        var expired = await work.ExecuteAsync(
            """
            update clips set state = 'expired', next_attempt_at = now() + @Grace
            where video_id in (
                select video_id from clips where state = 'stored' and expires_at <= @Now
                order by expires_at limit @BatchSize for update skip locked)
            """,
            new { options.Value.Grace, Now = clock.GetUtcNow(), BatchSize },
            cancellationToken);
        await work.CommitAsync(cancellationToken);
        if (expired > 0)
        {
            Log.Expired(logger, expired);
        }

        return expired;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "{Count} clips have expired")]
        public static partial void Expired(ILogger logger, int count);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The sweep of expired clips was interrupted; the next goes on")]
        public static partial void Interrupted(ILogger logger, Exception exception);
    }
}
