using Sora.VideoService.Videos;

namespace Sora.VideoService.Tracking;

/// <summary>A worker that claims videos in batches and works on several at once, each in its own slot.</summary>
public abstract partial class JobLoop(int concurrency, TimeSpan idleInterval, TimeProvider clock, ILogger logger)
    : WorkLoop(idleInterval, clock, logger)
{
    // Not disposed: they hold nothing but memory, and the last job may end after its host has lost its patience.
    private readonly SemaphoreSlim _slots = new(concurrency);
    private readonly CancellationTokenSource _hurry = new();

    /// <summary>Claims due videos so that nobody else takes them, in one transaction.</summary>
    protected abstract Task<IReadOnlyList<Video>> ClaimAsync(int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Works on one. A stop lets it finish, as an interrupted submission would be in doubt; only a host that cannot wait
    /// any longer cancels it, and then it comes back by itself when its lease has run out.
    /// </summary>
    protected abstract Task HandleAsync(Video video, CancellationToken cancellationToken);

    protected sealed override async Task<bool> WorkAsync(CancellationToken cancellationToken)
    {
        await _slots.WaitAsync(cancellationToken);
        var free = _slots.Release() + 1;
        var claimed = await ClaimAsync(free, cancellationToken);
        foreach (var video in claimed)
        {
            await _slots.WaitAsync(CancellationToken.None);
            _ = HandleInSlotAsync(video, _hurry.Token);
        }

        return claimed.Count > 0;
    }

    /// <summary>Waits for what is under way, so that its outcome is still written.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await using var impatience = cancellationToken.Register(_hurry.Cancel);
        for (var slot = 0; slot < concurrency; slot++)
        {
            await _slots.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task HandleInSlotAsync(Video video, CancellationToken cancellationToken)
    {
        try
        {
            await HandleAsync(video, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Stopping.
        }
        catch (Exception exception)
        {
            // The edge of one job: its fault is not the others', and its lease brings it back until its deadline.
            Log.Failed(Logger, exception, video.Id, video.Stage);
        }
        finally
        {
            _slots.Release();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Work on {VideoId} in stage {Stage} failed")]
        public static partial void Failed(ILogger logger, Exception exception, string videoId, VideoStage stage);
    }
}
