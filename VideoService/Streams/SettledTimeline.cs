using Sora.ServiceDefaults.Database;

namespace Sora.VideoService.Streams;

/// <summary>
/// Reads the timeline of all projects in the order of its positions, each row once. Positions are given out before their
/// transactions commit, so that a row can become visible after one with a higher position: behind a missing position nothing
/// is handed out until it has come, or until every transaction that was writing when it was missed has ended without it.
/// </summary>
internal sealed class SettledTimeline(ServiceDatabase database)
{
    public const int BatchSize = 500;

    private const string Read =
        $"""
        select {TimelineRow.Columns} from video_timeline
        where position > @Position order by position limit @BatchSize
        """;

    // An insert takes this lock before its position and keeps it until what it wrote is visible or gone.
    private const string Writers =
        """
        select virtualtransaction from pg_locks
        where locktype = 'relation' and relation = 'video_timeline'::regclass and mode = 'RowExclusiveLock'
            and database = (select oid from pg_database where datname = current_database())
        """;

    private Gap? _gap;

    /// <summary>No row at or before this position will come any more.</summary>
    public long Position { get; private set; }

    /// <summary>True while rows wait for a position that is missing.</summary>
    public bool HasGap => _gap is not null;

    /// <summary>Begins behind all that is settled now. Call until it is true.</summary>
    public async Task<bool> TryBeginAsync(CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(cancellationToken);
        if (_gap is null)
        {
            var last = await work.QueryAsync<long>(
                "select coalesce(max(position), 0) from video_timeline", null, cancellationToken);
            _gap = new Gap(last[0], await FindWritersAsync(work, cancellationToken));
        }

        if (!await IsOverAsync(work, _gap, cancellationToken))
        {
            return false;
        }

        (Position, _gap) = (_gap.Until, null);
        return true;
    }

    /// <summary>The next rows; after a full batch there may be more at once.</summary>
    public async Task<IReadOnlyList<TimelineRow>> ReadAsync(CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(cancellationToken);

        // Before the rows are read: what the last writer wrote is visible to every statement that begins after its end.
        var known = _gap is { } gap && await IsOverAsync(work, gap, cancellationToken) ? gap.Until : Position;
        var rows = await work.QueryAsync<TimelineRow>(Read, new { Position, BatchSize }, cancellationToken);
        var settled = 0;
        var position = Position;
        while (settled < rows.Count && (rows[settled].Position <= known || rows[settled].Position == position + 1))
        {
            position = rows[settled++].Position;
        }

        if (position >= _gap?.Until)
        {
            _gap = null;
        }

        if (settled < rows.Count)
        {
            _gap ??= new Gap(rows[^1].Position, await FindWritersAsync(work, cancellationToken));
        }

        Position = position;
        return settled == rows.Count ? rows : [.. rows.Take(settled)];
    }

    private static async Task<bool> IsOverAsync(UnitOfWork work, Gap gap, CancellationToken cancellationToken) =>
        gap.Writers.Count == 0 || !(await FindWritersAsync(work, cancellationToken)).Overlaps(gap.Writers);

    private static async Task<HashSet<string>> FindWritersAsync(UnitOfWork work, CancellationToken cancellationToken) =>
        [.. await work.QueryAsync<string>(Writers, null, cancellationToken)];

    /// <summary>Positions up to this one that are missing are still being written, or will never come.</summary>
    private sealed record Gap(long Until, HashSet<string> Writers);
}
