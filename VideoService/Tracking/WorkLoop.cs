using Npgsql;

namespace Sora.VideoService.Tracking;

/// <summary>
/// A worker that claims work from the database: as long as there is some it goes on, then it waits to be woken or for the
/// idle interval. A database that is away pauses it.
/// </summary>
public abstract partial class WorkLoop(TimeSpan idleInterval, TimeProvider clock, ILogger logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _work = new(0, 1);

    protected TimeProvider Clock => clock;

    protected ILogger Logger => logger;

    /// <summary>Says that there may be work now.</summary>
    public void Wake()
    {
        try
        {
            _work.Release();
        }
        catch (SemaphoreFullException)
        {
            // Woken already.
        }
    }

    public override void Dispose()
    {
        _work.Dispose();
        base.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Claims and begins some work; false when there was none or no room for more.</summary>
    protected abstract Task<bool> WorkAsync(CancellationToken cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await WorkAsync(stoppingToken))
                {
                }

                await _work.WaitAsync(idleInterval, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
            {
                Log.Interrupted(logger, exception);
                await PauseAsync(stoppingToken);
            }
            catch (Exception exception)
            {
                // The edge of one worker: its fault must not end the others, and what it claimed comes back by itself.
                Log.Failed(logger, exception);
                await PauseAsync(stoppingToken);
            }
        }
    }

    private async Task PauseAsync(CancellationToken stoppingToken) =>
        await Task.Delay(Pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "A worker failed and tries again")]
        public static partial void Failed(ILogger logger, Exception exception);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The database is away; work goes on when it is back")]
        public static partial void Interrupted(ILogger logger, Exception exception);
    }
}
