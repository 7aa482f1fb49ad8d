using Microsoft.Extensions.Options;
using Npgsql;
using Sora.Contracts;
using Sora.ServiceDefaults.Database;

namespace Sora.QuotaService.Holds;

/// <summary>
/// Asks what became of the videos whose holds have been open for long. Usually they still go on; when the news of their end
/// was lost with RabbitMQ's data, they are told again, and no money stays held for ever.
/// </summary>
internal sealed partial class AskOutcomes(
    ServiceDatabase database, IOptions<HoldOptions> options, TimeProvider clock, ILogger<AskOutcomes> logger)
    : BackgroundService
{
    private const int BatchSize = 100;

    private const string Claim =
        """
        with old as (
            select video_id from holds
            where resolved_at is null and coalesce(asked_at, placed_at) <= @Before
            order by coalesce(asked_at, placed_at) limit @BatchSize for update skip locked)
        update holds set asked_at = @Now from old where holds.video_id = old.video_id
        returning holds.video_id
        """;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.SweepInterval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                while (await AskAsync(stoppingToken) == BatchSize)
                {
                }
            }
            catch (NpgsqlException exception)
            {
                Log.Skipped(logger, exception);
            }
        }
    }

    /// <returns>How many videos it asked about; fewer than a batch when no more are due.</returns>
    internal async Task<int> AskAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var work = await database.BeginAsync(cancellationToken);
        var videoIds = await work.QueryAsync<string>(
            Claim, new { Now = now, Before = now - options.Value.AskAfter, BatchSize }, cancellationToken);
        if (videoIds.Count > 0)
        {
            work.Publish(new OutcomesAsked(videoIds));
            await work.CommitAsync(cancellationToken);
            Log.Asked(logger, videoIds.Count);
        }

        return videoIds.Count;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Asked what became of {Count} videos whose holds are old")]
        public static partial void Asked(ILogger logger, int count);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Old holds were not looked for; the next run will")]
        public static partial void Skipped(ILogger logger, Exception exception);
    }
}
