using Npgsql;
using Sora.ServiceDefaults.Database;

namespace Sora.WebhookService.Inbound;

/// <summary>Deletes webhooks after 30 days. Their senders stop repeating them after three.</summary>
internal sealed partial class ForgetOldWebhooks(
    ServiceDatabase database, TimeProvider clock, ILogger<ForgetOldWebhooks> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromHours(1), clock);
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

    private async Task ForgetAsync(CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(cancellationToken);
        var count = await work.ExecuteAsync(
            "delete from inbound_webhooks where received_at < now() - interval '30 days'", null, cancellationToken);
        await work.CommitAsync(cancellationToken);
        Log.Forgot(logger, count);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Debug, Message = "Forgot {Count} old webhooks")]
        public static partial void Forgot(ILogger logger, int count);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Old webhooks were not deleted; the next hour's run will")]
        public static partial void Skipped(ILogger logger, Exception exception);
    }
}
