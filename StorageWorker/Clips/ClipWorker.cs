using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Npgsql;
using Sora.ServiceDefaults.Database;

namespace Sora.StorageWorker.Clips;

/// <summary>
/// Claims due clips in batches and works on a bounded number at once. Woken by PostgreSQL when a clip comes
/// due, and by itself from time to time, so that a lost wake-up only costs a moment. Several workers share
/// the table.
/// </summary>
internal sealed partial class ClipWorker(
    ClipClaims claims,
    ClipJobs jobs,
    NpgsqlDataSource source,
    IOptions<ClipOptions> options,
    TimeProvider clock,
    ILogger<ClipWorker> logger) : BackgroundService
{
    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<ClipClaim, bool> _held = new();
    private readonly SemaphoreSlim _slots = new(options.Value.Parallelism);

    /// <inheritdoc/>
    public override void Dispose()
    {
        _slots.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.WhenAll(
                KeepOnAsync(DispatchAsync, stoppingToken),
                KeepOnAsync(RenewLeasesAsync, stoppingToken));
        }
        finally
        {
            await WaitForRunningAsync();
        }
    }

    private async Task KeepOnAsync(Func<CancellationToken, Task> loopAsync, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await loopAsync(cancellationToken);
            }
            catch (NpgsqlException exception)
            {
                Log.Interrupted(logger, exception);
                await Task.Delay(PauseAfterFault, clock, cancellationToken);
            }
        }
    }

    private async Task DispatchAsync(CancellationToken cancellationToken)
    {
        await using var listener = await Listener.OpenAsync(source, ClipClaims.Channel, cancellationToken);
        while (true)
        {
            if (await StartDueAsync(cancellationToken))
            {
                await listener.WaitAsync(options.Value.PollInterval, cancellationToken);
            }
        }
    }

    // True when no more are due.
    private async Task<bool> StartDueAsync(CancellationToken cancellationToken)
    {
        await _slots.WaitAsync(cancellationToken);
        var free = 1;
        while (_slots.Wait(TimeSpan.Zero, CancellationToken.None))
        {
            free++;
        }

        var started = 0;
        try
        {
            foreach (var claim in await claims.TakeAsync(free, cancellationToken))
            {
                started++;
                _held[claim] = true;
                _ = RunAsync(claim, cancellationToken);
            }
        }
        finally
        {
            if (started < free)
            {
                _slots.Release(free - started);
            }
        }

        return started < free;
    }

    private async Task RunAsync(ClipClaim claim, CancellationToken cancellationToken)
    {
        try
        {
            await jobs.RunAsync(claim, cancellationToken);
        }
        finally
        {
            _held.TryRemove(claim, out _);
            _slots.Release();
        }
    }

    // Their token has ended: they give their claims back, and with them their slots.
    private async Task WaitForRunningAsync()
    {
        for (var slot = 0; slot < options.Value.Parallelism; slot++)
        {
            await _slots.WaitAsync(CancellationToken.None);
        }
    }

    private async Task RenewLeasesAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(options.Value.Lease / 3, clock);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            if (_held.Keys is { Count: > 0 } claimed)
            {
                await claims.RenewAsync([.. claimed], cancellationToken);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The clips' worker was interrupted and goes on")]
        public static partial void Interrupted(ILogger logger, Exception exception);
    }
}
