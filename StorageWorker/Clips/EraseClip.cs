using Sora.ServiceDefaults.Database;
using Sora.StorageWorker.Objects;

namespace Sora.StorageWorker.Clips;

/// <summary>
/// Deletes the bytes of a deleted or expired video. Its row stays as a tombstone, so that a late wish finds it.
/// </summary>
internal sealed partial class EraseClip(ServiceDatabase database, IObjectStore store, ILogger<EraseClip> logger)
{
    /// <summary>Works on the claim to its end.</summary>
    /// <exception cref="IOException">The store failed, and some bytes may be left.</exception>
    public async Task RunAsync(ClipClaim claim, CancellationToken cancellationToken)
    {
        await store.DeleteAllAsync(claim.Folder, cancellationToken);
        await using var work = await database.BeginAsync(cancellationToken);
        await work.ExecuteAsync(
            "delete from clip_files where video_id = @VideoId", new { claim.VideoId }, cancellationToken);
        await work.ExecuteAsync(
            """
            update clips set next_attempt_at = null
            where video_id = @VideoId and attempt = @Attempt and state in ('deleted', 'expired')
            """,
            new { claim.VideoId, claim.Attempt },
            cancellationToken);
        await work.CommitAsync(cancellationToken);
        Log.Erased(logger, claim.VideoId);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "The bytes of {VideoId} are deleted")]
        public static partial void Erased(ILogger logger, string videoId);
    }
}
