using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Sora.ServiceDefaults.Database;

namespace Sora.ServiceDefaults.Messaging;

/// <summary>Forgets messages older than any redelivery: a week.</summary>
internal sealed partial class InboxCleaner(ServiceDatabase database, TimeProvider clock, ILogger<InboxCleaner> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromHours(1), clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await using var work = await database.BeginAsync(stoppingToken);
                await work.ExecuteAsync(
                    "delete from inbox where received_at < now() - interval '7 days'", null, stoppingToken);
                await work.CommitAsync(stoppingToken);
            }
            catch (NpgsqlException exception)
            {
                Log.Skipped(logger, exception);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The inbox was not cleaned; the next hour's run will")]
        public static partial void Skipped(ILogger logger, Exception exception);
    }
}
