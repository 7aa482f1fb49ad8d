using Npgsql;
using Sora.ServiceDefaults.Database;

namespace Sora.VideoService.Creates;

/// <summary>Deletes what no repetition can ask for any more: keys after a week, the others after ten minutes.</summary>
public sealed partial class ForgetCreates(ServiceDatabase database, TimeProvider clock, ILogger<ForgetCreates> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan WithoutKey = TimeSpan.FromMinutes(10);

    private const string Forget =
        """
        delete from creates where created_at <= @ByKeyUntil or (key is null and created_at <= @WithoutKeyUntil)
        """;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        do
        {
            try
            {
                await ForgetAsync(stoppingToken);
            }
            catch (NpgsqlException exception)
            {
                Log.Skipped(logger, exception);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>One run; how many were deleted.</summary>
    public async Task<int> ForgetAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var work = await database.BeginAsync(cancellationToken);
        var count = await work.ExecuteAsync(
            Forget,
            new { ByKeyUntil = now - RepeatRule.ByKey.Window, WithoutKeyUntil = now - WithoutKey },
            cancellationToken);
        await work.CommitAsync(cancellationToken);
        return count;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Old creates were not deleted; the next run will")]
        public static partial void Skipped(ILogger logger, Exception exception);
    }
}
