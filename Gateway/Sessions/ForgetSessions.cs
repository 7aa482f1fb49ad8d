using Microsoft.Extensions.Options;
using Npgsql;
using Sora.ServiceDefaults.Database;

namespace Sora.Gateway.Sessions;

/// <summary>Deletes, every hour, sessions that have ended by themselves and tries that no longer count.</summary>
internal sealed partial class ForgetSessions(
    ServiceDatabase database, IOptions<SessionOptions> options, TimeProvider clock, ILogger<ForgetSessions> logger)
    : BackgroundService
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
        var now = clock.GetUtcNow();
        await using var work = await database.BeginAsync(cancellationToken);
        await work.ExecuteAsync(
            """
            delete from sessions where expires_at <= @now or last_seen_at <= @IdleSince;
            delete from sign_in_tries where forgotten_at <= @now;
            """,
            new { now, IdleSince = now - options.Value.IdleTimeout },
            cancellationToken);
        await work.CommitAsync(cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Ended sessions were not deleted; the next hour's run will")]
        public static partial void Skipped(ILogger logger, Exception exception);
    }
}
