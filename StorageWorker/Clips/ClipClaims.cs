using Microsoft.Extensions.Options;
using Sora.ServiceDefaults.Database;

namespace Sora.StorageWorker.Clips;

/// <summary>
/// Hands out due clips. A claim raises the row's attempt, which fences every later write, and moves its due
/// time to the end of the lease, so that a dead worker's clips come due by themselves.
/// </summary>
internal sealed class ClipClaims(ServiceDatabase database, IOptions<ClipOptions> options)
{
    /// <summary>The channel that wakes workers.</summary>
    public const string Channel = "clips";

    /// <summary>Wakes workers when the transaction commits.</summary>
    public const string Wake = $"select pg_notify('{Channel}', '')";

    // Doubles with each claim, up to the limit, ± 20 %: clips that failed together come back apart.
    private const int LargestExponent = 16;

    /// <summary>Claims up to a number of clips that are due, those due longest first.</summary>
    public async Task<IReadOnlyList<ClipClaim>> TakeAsync(int count, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(cancellationToken);
        var claims = await work.QueryAsync<ClipClaim>(
            """
            update clips set attempt = attempt + 1, next_attempt_at = now() + @Lease
            where video_id in (
                select video_id from clips where next_attempt_at <= now()
                order by next_attempt_at limit @count for update skip locked)
            returning video_id, project, state, epoch, attempt, coalesce(upstream, '') as upstream,
                coalesce(credential, '') as credential, coalesce(upstream_id, '') as upstream_id,
                coalesce(seconds, 0) as seconds, traceparent
            """,
            new { options.Value.Lease, count },
            cancellationToken);
        await work.CommitAsync(cancellationToken);
        return claims;
    }

    /// <summary>Keeps claims for another lease; those that were overtaken are left alone.</summary>
    public Task RenewAsync(IReadOnlyCollection<ClipClaim> claims, CancellationToken cancellationToken) =>
        MoveAsync(claims, options.Value.Lease, cancellationToken);

    /// <summary>
    /// Gives a claim back, to be worked on again after its back-off or when the upstream asks for it.
    /// </summary>
    public Task PostponeAsync(ClipClaim claim, TimeSpan? retryAfter, CancellationToken cancellationToken) =>
        MoveAsync([claim], PauseAfter(claim.Attempt, retryAfter), cancellationToken);

    /// <summary>Gives claims back at once: another worker may go on.</summary>
    public Task ReleaseAsync(IReadOnlyCollection<ClipClaim> claims, CancellationToken cancellationToken) =>
        MoveAsync(claims, TimeSpan.Zero, cancellationToken);

    /// <summary>How long to wait after the failure of an attempt.</summary>
    public TimeSpan PauseAfter(int attempt, TimeSpan? retryAfter)
    {
        var longest = options.Value.MaxRetryDelay;
        var doubled = options.Value.RetryDelay * Math.Pow(2, Math.Clamp(attempt - 1, 0, LargestExponent));
        var asked = retryAfter ?? TimeSpan.Zero;
        var pause = doubled > asked ? doubled : asked;
        return (pause < longest ? pause : longest) * (0.8 + (0.4 * Random.Shared.NextDouble()));
    }

    private async Task MoveAsync(
        IReadOnlyCollection<ClipClaim> claims, TimeSpan pause, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(cancellationToken);
        await work.ExecuteAsync(
            """
            update clips set next_attempt_at = now() + @pause
            from unnest(@VideoIds, @Attempts) as claim (video_id, attempt)
            where clips.video_id = claim.video_id and clips.attempt = claim.attempt
                and clips.next_attempt_at is not null
            """,
            new
            {
                pause,
                VideoIds = claims.Select(claim => claim.VideoId).ToArray(),
                Attempts = claims.Select(claim => claim.Attempt).ToArray(),
            },
            cancellationToken);
        await work.CommitAsync(cancellationToken);
    }
}
