using System.Threading.Channels;
using Npgsql;
using Sora.ServiceDefaults.Database;

namespace Sora.VideoService.Videos;

/// <summary>
/// Applies facts in groups: whatever arrived while the last group was committing shares the next commit. A group that meets
/// a database that is away is repeated until it is back, which is safe as a fact applied twice changes nothing.
/// </summary>
public sealed partial class FactWriter(
    ServiceDatabase database, VideoCache cache, TimeProvider clock, ILogger<FactWriter> logger) : BackgroundService
{
    private const int MostInGroup = 128;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly Channel<Pending> _pending = Channel.CreateUnbounded<Pending>(new() { SingleReader = true });

    /// <summary>
    /// What became of the fact, once that is committed. Throws <see cref="PostgresException"/> when the database refuses
    /// it, for example because the upstream's id belongs to another video.
    /// </summary>
    public Task<FactOutcome> ApplyAsync(string videoId, VideoFact fact)
    {
        var pending = new Pending(videoId, fact, new(TaskCreationOptions.RunContinuationsAsynchronously));
        return _pending.Writer.TryWrite(pending)
            ? pending.Done.Task
            : Task.FromException<FactOutcome>(new OperationCanceledException("The service is stopping."));
    }

    public override Task StopAsync(CancellationToken cancellationToken)
    {
        _pending.Writer.TryComplete();
        return base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Not ended by the token: what was learnt before the stop is still written.
        while (await _pending.Reader.WaitToReadAsync(CancellationToken.None))
        {
            await WriteAsync(NextGroup(), stoppingToken);
        }
    }

    /// <summary>One fact a video: a second one for the same video waits for the next group, in its order.</summary>
    private List<Pending> NextGroup()
    {
        var group = new List<Pending>();
        var videos = new HashSet<string>();
        while (group.Count < MostInGroup && _pending.Reader.TryPeek(out var next) && videos.Add(next.VideoId))
        {
            _pending.Reader.TryRead(out next);
            group.Add(next!);
        }

        return group;
    }

    private async Task WriteAsync(List<Pending> group, CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                var outcomes = await CommitAsync(group);
                group.ForEach(pending => pending.Done.SetResult(outcomes[pending.VideoId]));
                return;
            }
            catch (NpgsqlException exception) when (exception.IsTransient && !stoppingToken.IsCancellationRequested)
            {
                Log.Interrupted(logger, exception, group.Count);
                await Task.Delay(Pause, clock, CancellationToken.None);
            }
            catch (Exception exception) when (group.Count > 1)
            {
                Log.Separated(logger, exception, group.Count);

                // One row's fault must not be its neighbours'.
                foreach (var pending in group)
                {
                    await WriteAsync([pending], stoppingToken);
                }

                return;
            }
            catch (Exception exception)
            {
                group[0].Done.SetException(exception);
                return;
            }
        }
    }

    private async Task<IReadOnlyDictionary<string, FactOutcome>> CommitAsync(List<Pending> group)
    {
        await using var work = await database.BeginAsync(CancellationToken.None);
        var facts = group.ToDictionary(pending => pending.VideoId, pending => pending.Fact);
        var outcomes = await work.ApplyAsync(facts, clock.GetUtcNow(), CancellationToken.None);
        await work.CommitAsync(CancellationToken.None);
        await cache.RenewAsync(outcomes.Values.Where(outcome => outcome.Changed).Select(outcome => outcome.Video!));
        return outcomes;
    }

    private sealed record Pending(string VideoId, VideoFact Fact, TaskCompletionSource<FactOutcome> Done);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The database is away; {Count} facts wait for it")]
        public static partial void Interrupted(ILogger logger, Exception exception, int count);

        [LoggerMessage(Level = LogLevel.Warning, Message = "A group of {Count} facts failed; they are written one by one")]
        public static partial void Separated(ILogger logger, Exception exception, int count);
    }
}
