using Microsoft.Extensions.Options;
using Npgsql;

namespace Sora.WebhookService.Deliveries;

/// <summary>
/// A number of senders that share a claim's condition: one lane for the endpoints that answer well, one for those that
/// fail or are slow, so that waiting for these costs the others nothing.
/// </summary>
internal sealed partial class DeliveryLane(
    bool isSlow,
    int senders,
    DeliveryClaims claims,
    DeliverEvent deliver,
    IOptions<DeliveryOptions> options,
    TimeProvider clock,
    ILogger<DeliveryLane> logger) : IDisposable
{
    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(1);

    // The first two are not disposed: they hold nothing but memory, and the last request may end after its host has lost
    // its patience.
    private readonly SemaphoreSlim _slots = new(senders);
    private readonly CancellationTokenSource _hurry = new();
    private readonly SemaphoreSlim _work = new(0, 1);

    /// <summary>Says that something may be due now.</summary>
    public void Wake()
    {
        try
        {
            _work.Release();
        }
        catch (Exception exception) when (exception is SemaphoreFullException or ObjectDisposedException)
        {
            // Woken already, or stopped.
        }
    }

    /// <summary>Claims and sends until it is told to stop; what is on its way then goes on.</summary>
    public async Task RunAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await StartDueAsync(stoppingToken))
                {
                    await _work.WaitAsync(options.Value.PollInterval, stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
            {
                Log.Interrupted(logger, exception);
                await Task.Delay(PauseAfterFault, clock, stoppingToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>
    /// Waits for what is on its way, so that its outcome is still written; when the host cannot wait any longer, the rest
    /// is given up and comes back when its lease has run out.
    /// </summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        await using var impatience = cancellationToken.Register(_hurry.Cancel);
        for (var slot = 0; slot < senders; slot++)
        {
            await _slots.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose() => _work.Dispose();

    // True when no more can be started now.
    private async Task<bool> StartDueAsync(CancellationToken cancellationToken)
    {
        await _slots.WaitAsync(cancellationToken);
        var free = _slots.Release() + 1;
        var claimed = await claims.TakeAsync(isSlow, free, cancellationToken);
        foreach (var claim in claimed)
        {
            await _slots.WaitAsync(CancellationToken.None);
            _ = SendInSlotAsync(claim);
        }

        return claimed.Count < free;
    }

    private async Task SendInSlotAsync(DeliveryClaim claim)
    {
        try
        {
            await deliver.RunAsync(claim, _hurry.Token);
        }
        catch (OperationCanceledException) when (_hurry.IsCancellationRequested)
        {
            // Stopping.
        }
        catch (Exception exception)
        {
            // The edge of one delivery: its fault is not the others', and its lease brings it back.
            Log.Failed(logger, exception, claim.Id, claim.Attempt);
        }
        finally
        {
            _slots.Release();
            Wake();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Work on delivery {Id}, attempt {Attempt}, failed")]
        public static partial void Failed(ILogger logger, Exception exception, string id, int attempt);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The database is away; deliveries go on when it is back")]
        public static partial void Interrupted(ILogger logger, Exception exception);
    }
}
