using Npgsql;
using Sora.ServiceDefaults.Database;

namespace Sora.WebhookService.Deliveries;

/// <summary>Deletes events after 30 days, with their deliveries and attempts, a thousand at a time.</summary>
internal sealed partial class ForgetOldEvents(
    ServiceDatabase database, TimeProvider clock, ILogger<ForgetOldEvents> logger) : BackgroundService
{
    private const int Batch = 1000;

    private const string Sql =
        """
        delete from webhook_events where id in (
            select id from webhook_events where created_at < @Before order by created_at limit @Batch)
        """;

    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromHours(1), clock);
        do
        {
            try
            {
                while (await ForgetAsync(stoppingToken) == Batch)
                {
                }
            }
            catch (NpgsqlException exception)
            {
                Log.Skipped(logger, exception);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task<int> ForgetAsync(CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(cancellationToken);
        var count = await work.ExecuteAsync(Sql, new { Before = clock.GetUtcNow() - Kept, Batch }, cancellationToken);
        await work.CommitAsync(cancellationToken);
        return count;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Old events were not deleted; the next hour's run will")]
        public static partial void Skipped(ILogger logger, Exception exception);
    }
}
