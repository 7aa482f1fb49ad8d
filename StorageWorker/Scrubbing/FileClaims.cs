using Microsoft.Extensions.Options;
using Sora.ServiceDefaults.Database;

namespace Sora.StorageWorker.Scrubbing;

/// <summary>
/// Hands out files that are due for a check, one at a time, and keeps what the check found. Several workers share the rows;
/// a dead worker's file comes due again when its lease ends.
/// </summary>
internal sealed class FileClaims(ServiceDatabase database, IOptions<ScrubOptions> options, TimeProvider clock)
{
    // On top of twice the time that reading takes at the set pace.
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(30);

    /// <summary>The file that is due longest, or null.</summary>
    public async Task<FileClaim?> TakeAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var work = await database.BeginAsync(cancellationToken);
        var claim = await work.QuerySingleOrDefaultAsync<FileClaim>(
            """
            update clip_files set verify_lease = @now + @Lease + make_interval(secs => 2.0 * length / @BytesPerSecond)
            where (video_id, variant) = (
                select file.video_id, file.variant from clip_files file join clips using (video_id)
                where clips.state = 'stored' and (file.verify_lease is null or file.verify_lease <= @now)
                    and (file.verify_at <= @now or (file.rotten_at is null and file.verified_at <= @Oldest))
                order by file.verify_at limit 1 for update of file skip locked)
            returning video_id, variant, object_key, length, sha256, rotten_at
            """,
            new { now, Lease, options.Value.BytesPerSecond, Oldest = now - options.Value.Cycle },
            cancellationToken);
        await work.CommitAsync(cancellationToken);
        return claim;
    }

    /// <summary>
    /// The file is as it was stored. The next look comes in the second half of the cycle, so that files that were read
    /// together drift apart.
    /// </summary>
    public Task<bool> KeepHealthyAsync(FileClaim claim, CancellationToken cancellationToken) => RecordAsync(
        claim,
        "verified_at = @now, rotten_at = null, rot = null",
        null,
        options.Value.Cycle * (0.5 + (Random.Shared.NextDouble() / 2)),
        cancellationToken);

    /// <summary>The file is damaged: nobody gets it from now on.</summary>
    /// <returns>False when it is not a clip's any more, and so nobody's loss.</returns>
    public Task<bool> MarkRottenAsync(FileClaim claim, string rot, CancellationToken cancellationToken) => RecordAsync(
        claim, "rotten_at = coalesce(rotten_at, @now), rot = @rot", rot, options.Value.RetryDelay, cancellationToken);

    /// <summary>The store could not be asked: neither good nor bad.</summary>
    public Task<bool> PostponeAsync(FileClaim claim, CancellationToken cancellationToken) => RecordAsync(
        claim, "verified_at = clip_files.verified_at", null, options.Value.RetryDelay, cancellationToken, keepsLease: true);

    private async Task<bool> RecordAsync(
        FileClaim claim,
        string finding,
        string? rot,
        TimeSpan pause,
        CancellationToken cancellationToken,
        bool keepsLease = false)
    {
        var now = clock.GetUtcNow();
        await using var work = await database.BeginAsync(cancellationToken);
        var rows = await work.ExecuteAsync(
            $"""
            update clip_files set {finding}, verify_at = @Next, verify_lease = case when @keepsLease then @Next end
            from clips
            where clips.video_id = clip_files.video_id and clips.state = 'stored' and clip_files.video_id = @VideoId
                and clip_files.variant = @Variant and clip_files.object_key = @ObjectKey
            """,
            new { now, rot, Next = now + pause, keepsLease, claim.VideoId, claim.Variant, claim.ObjectKey },
            cancellationToken);
        await work.CommitAsync(cancellationToken);
        return rows == 1;
    }
}

/// <summary>A file that this worker may check until its lease ends.</summary>
internal sealed record FileClaim
{
    /// <summary>The video it belongs to.</summary>
    public required string VideoId { get; init; }

    /// <summary>Which of its files it is.</summary>
    public required string Variant { get; init; }

    /// <summary>Where it lies.</summary>
    public required string ObjectKey { get; init; }

    /// <summary>Its length when it was stored.</summary>
    public required long Length { get; init; }

    /// <summary>SHA-256 of its bytes when it was stored.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Since when it is known to be damaged, or null.</summary>
    public DateTimeOffset? RottenAt { get; init; }
}
