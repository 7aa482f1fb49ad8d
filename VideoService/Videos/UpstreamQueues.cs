using Npgsql;
using Sora.ServiceDefaults.Database;

namespace Sora.VideoService.Videos;

/// <summary>
/// How many jobs wait for each upstream, read every other second from an index and for all at once, so that showing a
/// video's place costs no query.
/// </summary>
public sealed partial class UpstreamQueues(ServiceDatabase database, TimeProvider clock, ILogger<UpstreamQueues> logger)
    : BackgroundService
{
    // Whoever stands behind so many is told this figure.
    private const int Most = 10_000;
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(2);

    // The condition on the end is that of the index, whose order is nearly the one of creation.
    private const string Waiting =
        """
        select upstream, created_at from videos
        where stage not in ('ready', 'failed', 'rejected', 'cancelled', 'expired')
            and stage in ('accepted', 'submitting', 'indeterminate', 'submitted')
        order by deadline_at limit @Most
        """;

    private IReadOnlyDictionary<string, DateTimeOffset[]> _waiting = new Dictionary<string, DateTimeOffset[]>();

    /// <summary>How many jobs came before it and wait as well; null when it does not wait for its upstream.</summary>
    public int? Position(Video video)
    {
        if (video.Stage is not (VideoStage.Accepted or VideoStage.Submitting or VideoStage.Indeterminate
            or VideoStage.Submitted))
        {
            return null;
        }

        var place = Array.BinarySearch(_waiting.GetValueOrDefault(video.Upstream, []), video.CreatedAt);
        return place < 0 ? ~place : place;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(RefreshInterval, clock);
        do
        {
            try
            {
                await ReadAsync(stoppingToken);
            }
            catch (NpgsqlException exception)
            {
                Log.NotRead(logger, exception);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(cancellationToken);
        var rows = await work.QueryAsync<(string Upstream, DateTimeOffset CreatedAt)>(
            Waiting, new { Most }, cancellationToken);
        _waiting = rows.GroupBy(row => row.Upstream).ToDictionary(
            upstream => upstream.Key, upstream => upstream.Select(row => row.CreatedAt).Order().ToArray());
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The upstreams' queues could not be read; the last figures stay")]
        public static partial void NotRead(ILogger logger, Exception exception);
    }
}
