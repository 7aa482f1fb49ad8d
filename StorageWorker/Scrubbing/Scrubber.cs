using Microsoft.Extensions.Options;
using Npgsql;

namespace Sora.StorageWorker.Scrubbing;

/// <summary>
/// Reads every stored file again within a cycle, a few at any time. What is not as it was stored is served to nobody from
/// then on, reported once, and mended where that is possible. In between, it compares the store's list with the rows.
/// </summary>
internal sealed partial class Scrubber(
    FileClaims claims,
    FileCheck check,
    MendFile mend,
    ObjectAudit audit,
    ScrubMetrics metrics,
    IOptions<ScrubOptions> options,
    TimeProvider clock,
    ILogger<Scrubber> logger) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.PollInterval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                while (await claims.TakeAsync(stoppingToken) is { } file)
                {
                    await ScrubAsync(file, stoppingToken);
                }

                await audit.RunIfDueAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is NpgsqlException or IOException)
            {
                Log.Interrupted(logger, exception);
            }
        }
    }

    private async Task ScrubAsync(FileClaim file, CancellationToken cancellationToken)
    {
        try
        {
            if (await check.FindRotAsync(file, cancellationToken) is { } rot)
            {
                await CondemnAsync(file, rot, cancellationToken);
            }
            else
            {
                await AcquitAsync(file, cancellationToken);
            }
        }
        catch (IOException exception)
        {
            Log.Unreadable(logger, exception, file.ObjectKey);
            await claims.PostponeAsync(file, cancellationToken);
        }
    }

    private async Task AcquitAsync(FileClaim file, CancellationToken cancellationToken)
    {
        metrics.Verified(file.Length);
        if (await claims.KeepHealthyAsync(file, cancellationToken) && file.RottenAt is not null)
        {
            metrics.Mended();
            Log.Mended(logger, file.Variant, file.VideoId);
        }
    }

    private async Task CondemnAsync(FileClaim file, string rot, CancellationToken cancellationToken)
    {
        if (!await claims.MarkRottenAsync(file, rot, cancellationToken))
        {
            return;
        }

        if (file.RottenAt is null)
        {
            metrics.Rotten(rot);
            Log.Rotten(logger, file.Variant, file.VideoId, file.ObjectKey, rot);
        }

        // What was put in its place counts only once it has been read back.
        if (await mend.RunAsync(file, cancellationToken)
            && await check.FindRotAsync(file, cancellationToken) is null)
        {
            await AcquitAsync(file with { RottenAt = file.RottenAt ?? clock.GetUtcNow() }, cancellationToken);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Error,
            Message = "The {Variant} of {VideoId} is damaged and not served any more: {Key} is {Rot}")]
        public static partial void Rotten(ILogger logger, string variant, string videoId, string key, string rot);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The {Variant} of {VideoId} is whole again")]
        public static partial void Mended(ILogger logger, string variant, string videoId);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Key} could not be read for its check, or not be mended")]
        public static partial void Unreadable(ILogger logger, Exception exception, string key);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The scrub was interrupted and goes on")]
        public static partial void Interrupted(ILogger logger, Exception exception);
    }
}
