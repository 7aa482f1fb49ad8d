using System.Diagnostics;
using Sora.Contracts;
using Sora.ServiceDefaults.Database;
using Sora.StorageWorker.Objects;

namespace Sora.StorageWorker.Clips;

/// <summary>
/// Stores a wanted clip: copy the video, add its pictures, announce. The rows and <see cref="ClipStored"/>
/// are committed together, after the bytes are durable; whoever was overtaken meanwhile takes his own bytes
/// away again.
/// </summary>
internal sealed partial class StoreClip(
    ServiceDatabase database,
    ClipCopy copy,
    ClipPictures pictures,
    ClipSetbacks setbacks,
    IObjectStore store,
    ClipMetrics metrics,
    ILogger<StoreClip> logger)
{
    /// <summary>Works on the claim to its end.</summary>
    /// <exception cref="IOException">The upstream broke off, or the disk or the store failed.</exception>
    public async Task RunAsync(ClipClaim claim, CancellationToken cancellationToken)
    {
        if (claim.Attempt > 1)
        {
            // The attempt before may have been killed between its bytes and its rows.
            await store.DeleteAllAsync(claim.FolderOf(claim.Attempt - 1), cancellationToken);
        }

        switch (await copy.RunAsync(claim, ClipVariant.Video, cancellationToken))
        {
            case CopyOutcome.Kept kept:
                using (kept.Draft)
                {
                    await FinishAsync(claim, kept, cancellationToken);
                }

                break;
            case CopyOutcome.Missing missing:
                await setbacks.CountMissAsync(claim, missing.Reason, cancellationToken);
                break;
            case CopyOutcome.Broken broken:
                await setbacks.CountBreakAsync(claim, broken.Reason, cancellationToken);
                break;
            case CopyOutcome.Unavailable unavailable:
                await setbacks.PostponeAsync(claim, unavailable, cancellationToken);
                break;
            default:
                throw new UnreachableException();
        }
    }

    private async Task FinishAsync(ClipClaim claim, CopyOutcome.Kept video, CancellationToken cancellationToken)
    {
        var added = await pictures.StoreAsync(claim, ClipVariant.Pictures, video.Draft.Path, cancellationToken);
        if (await AnnounceAsync(claim, [video.File, .. added], cancellationToken))
        {
            metrics.Stored(claim.Upstream, video.File.Length);
            Log.Stored(logger, claim.VideoId, video.File.Length);
        }
        else
        {
            Log.Overtaken(logger, claim.VideoId, claim.Attempt);
            await store.DeleteAllAsync(claim.FolderOf(claim.Attempt), cancellationToken);
        }
    }

    private async Task<bool> AnnounceAsync(
        ClipClaim claim, IReadOnlyList<ClipFile> files, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(cancellationToken);
        var storedAt = await work.QuerySingleOrDefaultAsync<DateTimeOffset?>(
            """
            update clips set state = 'stored', stored_at = now(), variant_tries = 1,
                next_attempt_at = case when @IsWhole then null else now() end
            where video_id = @VideoId and attempt = @Attempt and epoch = @Epoch and state = 'wanted'
            returning stored_at
            """,
            new { claim.VideoId, claim.Attempt, claim.Epoch, IsWhole = files.Count == ClipVariant.All.Count },
            cancellationToken);
        if (storedAt is null)
        {
            return false;
        }

        var video = files[0];
        await work.ExecuteAsync(ClipFile.Insert, ClipFile.Columns(claim, files), cancellationToken);
        work.Publish(new ClipStored(claim.VideoId, claim.Epoch, video.Length, video.Sha256, storedAt.Value));
        await work.CommitAsync(cancellationToken);
        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "The clip of {VideoId} is stored: {Length} bytes")]
        public static partial void Stored(ILogger logger, string videoId, long length);

        [LoggerMessage(Level = LogLevel.Information, Message = "Attempt {Attempt} at the clip of {VideoId} was overtaken")]
        public static partial void Overtaken(ILogger logger, string videoId, int attempt);
    }
}
