using System.Diagnostics;
using System.Threading.Channels;
using Sora.Simulator.Faults;
using Sora.Simulator.Rendering;
using Sora.Simulator.Webhooks;

namespace Sora.Simulator.Videos;

/// <summary>Carries every accepted video to its end: waits its time, has its clip rendered, announces it.</summary>
internal sealed partial class VideoRunner(
    VideoStore store,
    ClipStore clips,
    VideoAnnouncer announcer,
    ActivitySource spans,
    TimeProvider clock,
    ILogger<VideoRunner> logger) : BackgroundService
{
    private readonly Channel<Video> _accepted = Channel.CreateUnbounded<Video>();

    /// <summary>Takes over a video that is saved and charged.</summary>
    public void Start(Video video) => _accepted.Writer.TryWrite(video);

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var everyOneAtOnce = new ParallelOptions
        {
            MaxDegreeOfParallelism = int.MaxValue,
            CancellationToken = stoppingToken,
        };
        return Parallel.ForEachAsync(_accepted.Reader.ReadAllAsync(stoppingToken), everyOneAtOnce, RunAsync);
    }

    private async ValueTask RunAsync(Video video, CancellationToken cancellationToken)
    {
        if (video.Faults.Has(FaultKind.Stuck))
        {
            return;
        }

        // In the trace of the create, although its request is long answered: the events join it too.
        using var span = spans.StartActivity("render video", ActivityKind.Internal, video.TraceParent);
        announcer.AnnounceHalfTime(video);
        var error = video.PlannedFailure()?.Error;
        var rendering = error is null ? RenderAsync(video, cancellationToken) : Task.FromResult<VideoError?>(error);
        var left = video.EndsAt() - clock.GetUtcNow();
        if (left > TimeSpan.Zero)
        {
            await Task.Delay(left, clock, cancellationToken);
        }

        error = await rendering;
        var now = clock.GetUtcNow();
        var ended = error is null ? video.Complete(now) : video.Fail(error, now);
        if (await store.ReplaceAsync(video, ended, cancellationToken))
        {
            announcer.AnnounceEnd(ended);
        }
    }

    private async Task<VideoError?> RenderAsync(Video video, CancellationToken cancellationToken)
    {
        try
        {
            await clips.GetAsync(video.Order, cancellationToken);
            return null;
        }
        catch (RenderingFailedException exception)
        {
            Log.RenderingFailed(logger, exception, video.Id);
            return VideoError.Generation;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "Rendering of {VideoId} failed")]
        public static partial void RenderingFailed(ILogger logger, Exception exception, string videoId);
    }
}
