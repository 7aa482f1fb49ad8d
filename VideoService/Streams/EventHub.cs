using Microsoft.Extensions.Options;
using Sora.ServiceDefaults;
using Sora.ServiceDefaults.Database;
using Sora.VideoService.Tracking;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Streams;

/// <summary>
/// Reads the timeline once for everybody who watches here, when Redis says that something was committed and by a poll
/// besides, and tells each watcher what concerns it. Without watchers it reads nothing.
/// </summary>
internal sealed class EventHub(
    ServiceDatabase database,
    EventFrames frames,
    Redis redis,
    IOptions<StreamOptions> options,
    TimeProvider clock,
    ILogger<EventHub> logger) : WorkLoop(options.Value.PollInterval, clock, logger)
{
    // Commits within it share a read; a missing position usually comes within it.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<Watcher>> _watchers = [];
    private SettledTimeline _timeline = new(database);
    private TaskCompletionSource<long> _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long? _position;
    private int _count;

    /// <summary>
    /// Tells the watcher of everything behind the position that is returned; what comes before, it reads itself. Null when
    /// there are too many watchers already.
    /// </summary>
    /// <exception cref="TimeoutException">The timeline cannot be read.</exception>
    public async Task<long?> JoinAsync(Watcher watcher, CancellationToken cancellationToken)
    {
        Task<long> begun;
        lock (_gate)
        {
            var ofProject = _watchers.GetValueOrDefault(watcher.Project);
            if (_count >= options.Value.MaxPerNode || ofProject?.Count >= options.Value.MaxPerProject)
            {
                return null;
            }

            _count++;
            (ofProject ?? (_watchers[watcher.Project] = [])).Add(watcher);
            if (_position is { } position)
            {
                return position;
            }

            begun = _begun.Task;
        }

        Wake();
        try
        {
            return await begun.WaitAsync(TimeSpan.FromSeconds(10), Clock, cancellationToken);
        }
        catch
        {
            Leave(watcher);
            throw;
        }
    }

    /// <summary>After events were dropped: as if it joined now, with a place of its own.</summary>
    public long Rejoin(Watcher watcher)
    {
        lock (_gate)
        {
            watcher.HasMissed = false;
            return _position!.Value;
        }
    }

    public void Leave(Watcher watcher)
    {
        lock (_gate)
        {
            if (_watchers.TryGetValue(watcher.Project, out var ofProject) && ofProject.Remove(watcher))
            {
                _count--;
                if (ofProject.Count == 0)
                {
                    _watchers.Remove(watcher.Project);
                }
            }
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        base.ExecuteAsync(stoppingToken),
        redis.SubscribeAsync(VideoCache.Channel, Wake, stoppingToken),
        BeatAsync(stoppingToken));

    protected override async Task<bool> WorkAsync(CancellationToken cancellationToken)
    {
        if (!IsWatched())
        {
            return false;
        }

        if (_position is null)
        {
            await BeginAsync(cancellationToken);
        }

        var rows = await _timeline.ReadAsync(cancellationToken);
        await TellAsync(rows, cancellationToken);
        if (rows.Count > 0 || _timeline.HasGap)
        {
            await Task.Delay(Pause, Clock, cancellationToken);
        }

        return rows.Count == SettledTimeline.BatchSize || _timeline.HasGap;
    }

    /// <summary>Who joins from now on begins anew when the last watcher has gone.</summary>
    private bool IsWatched()
    {
        lock (_gate)
        {
            if (_count == 0 && _position is not null)
            {
                _position = null;
                _timeline = new SettledTimeline(database);
                _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            return _count > 0;
        }
    }

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        while (!await _timeline.TryBeginAsync(cancellationToken))
        {
            await Task.Delay(Pause, Clock, cancellationToken);
        }

        lock (_gate)
        {
            _position = _timeline.Position;
            _begun.SetResult(_timeline.Position);
        }
    }

    private async Task TellAsync(IReadOnlyList<TimelineRow> rows, CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
        {
            return;
        }

        Dictionary<string, Watcher[]> watchers;
        lock (_gate)
        {
            // Together: whoever joins later reads these rows itself.
            _position = _timeline.Position;
            watchers = rows.Select(row => row.Project).Distinct().Where(_watchers.ContainsKey)
                .ToDictionary(project => project, project => _watchers[project].ToArray());
        }

        try
        {
            var watched = rows.Where(row => watchers.ContainsKey(row.Project)).ToList();
            var made = await frames.MakeAsync(watched, (sql, ids) => ReadAsync(sql, ids, cancellationToken));
            foreach (var (row, frame) in watched.Zip(made))
            {
                Array.ForEach(watchers[row.Project], watcher => watcher.Tell(frame));
            }
        }
        catch
        {
            Array.ForEach([.. watchers.Values.SelectMany(of => of)], watcher => watcher.Miss());
            throw;
        }
    }

    private async Task<IReadOnlyList<Video>> ReadAsync(string sql, object parameters, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(cancellationToken);
        return await work.QueryAsync<Video>(sql, parameters, cancellationToken);
    }

    private async Task BeatAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.Heartbeat, Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                Watcher[] all;
                lock (_gate)
                {
                    all = [.. _watchers.Values.SelectMany(watchers => watchers)];
                }

                Array.ForEach(all, watcher => watcher.Beat());
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }
}
