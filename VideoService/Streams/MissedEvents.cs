using Sora.ServiceDefaults.Database;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Streams;

/// <summary>
/// What a watcher has not seen, from the timeline, as the watcher's own project is allowed to see it. A few read at once:
/// thousands may come back together.
/// </summary>
internal sealed class MissedEvents(ServiceDatabase database, EventFrames frames) : IDisposable
{
    private const int PageSize = 200;

    private readonly SemaphoreSlim _readers = new(8);

    /// <summary>
    /// The next page behind a position; empty when there is no more. Of a project, up to the given position, as the order of
    /// later ones is not settled; the changes of one video are committed in their order.
    /// </summary>
    public async Task<IReadOnlyList<EventFrame>> ReadAsync(
        StreamRequest request, long after, long until, CancellationToken cancellationToken)
    {
        if (request.VideoId is null && after >= until)
        {
            return [];
        }

        await _readers.WaitAsync(cancellationToken);
        try
        {
            var rows = await database.ReadAsync<TimelineRow>(
                request.Caller,
                $"""
                select {TimelineRow.Columns} from video_timeline
                where {Watched(request)} and position > @after
                order by position limit {PageSize}
                """,
                new { request.Caller.Project, request.VideoId, after, until },
                cancellationToken);
            return await frames.MakeAsync(
                rows, (sql, ids) => database.ReadAsync<Video>(request.Caller, sql, ids, cancellationToken));
        }
        finally
        {
            _readers.Release();
        }
    }

    /// <summary>The position that only the latest event of the video lies behind.</summary>
    public async Task<long> BeforeLastAsync(StreamRequest request, CancellationToken cancellationToken)
    {
        var last = await database.ReadAsync<long>(
            request.Caller,
            "select coalesce(max(position), 1) from video_timeline where project = @Project and video_id = @VideoId",
            new { request.Caller.Project, request.VideoId },
            cancellationToken);
        return last[0] - 1;
    }

    public void Dispose() => _readers.Dispose();

    private static string Watched(StreamRequest request) => request.VideoId is null
        ? "project = @Project and position <= @until"
        : "project = @Project and video_id = @VideoId";
}
