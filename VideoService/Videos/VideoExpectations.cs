using Npgsql;
using Sora.ServiceDefaults.Database;

namespace Sora.VideoService.Videos;

/// <summary>
/// How long a render takes here, learnt from this installation's latest videos of the same model, size and length.
/// </summary>
public sealed partial class VideoExpectations(ServiceDatabase database, TimeProvider clock, ILogger<VideoExpectations> logger)
    : BackgroundService
{
    /// <summary>Assumed where there is no history yet.</summary>
    public static readonly TimeSpan Default = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(15);

    private Dictionary<(string Model, string Size, int Seconds), TimeSpan> _learnt = [];

    /// <summary>From the upstream's acceptance to the end of the render.</summary>
    public TimeSpan RenderTime(Video video) =>
        _learnt.GetValueOrDefault((video.Model, video.Size, video.Seconds), Default);

    /// <summary>Null when nothing is known or nothing is left to wait for.</summary>
    public int? SecondsLeft(Video video, DateTimeOffset now)
    {
        if (video.Stage.IsTerminal() || !_learnt.TryGetValue((video.Model, video.Size, video.Seconds), out var time))
        {
            return null;
        }

        var left = video.SubmittedAt is { } submitted ? submitted + time - now : time;
        return Math.Max(1, (int)Math.Ceiling(left.TotalSeconds));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(RefreshInterval, clock);
        do
        {
            try
            {
                await LearnAsync(stoppingToken);
            }
            catch (NpgsqlException exception)
            {
                Log.NotLearnt(logger, exception);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task LearnAsync(CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(cancellationToken);
        var rows = await work.QueryAsync<(string Model, string Size, int Seconds, double RenderSeconds)>(
            """
            select model, size, seconds, avg(extract(epoch from rendered_at - submitted_at))::float8
            from (select * from videos where rendered_at is not null order by rendered_at desc limit 1000) as latest
            where not late_result
            group by model, size, seconds
            """,
            null,
            cancellationToken);
        _learnt = rows.ToDictionary(
            row => (row.Model, row.Size, row.Seconds), row => TimeSpan.FromSeconds(row.RenderSeconds));
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Render times could not be read; the last known ones stay")]
        public static partial void NotLearnt(ILogger logger, Exception exception);
    }
}
