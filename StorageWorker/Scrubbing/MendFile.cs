using Sora.ServiceDefaults.Database;
using Sora.StorageWorker.Clips;
using Sora.StorageWorker.Objects;

namespace Sora.StorageWorker.Scrubbing;

/// <summary>
/// Brings damaged files back where that is possible: a video from its upstream, if that still has the very same bytes; a
/// picture from the video.
/// </summary>
internal sealed class MendFile(ServiceDatabase database, ClipCopy copy, IObjectStore store)
{
    /// <summary>True when the object is whole again; false when it is not, or will be made by others.</summary>
    /// <exception cref="IOException">The upstream broke off, or the store failed.</exception>
    public async Task<bool> RunAsync(FileClaim file, CancellationToken cancellationToken)
    {
        if (file.Variant != ClipVariant.Video.Name)
        {
            await MakeAgainAsync(file, cancellationToken);
            return false;
        }

        if (await ReadClipAsync(file, cancellationToken) is not { } clip
            || await copy.RunAsync(clip, ClipVariant.Video, cancellationToken) is not CopyOutcome.Kept kept)
        {
            return false;
        }

        using (kept.Draft)
        {
            return kept.File.Sha256 == file.Sha256 && kept.File.Length == file.Length;
        }
    }

    // Under the number of the attempt that stored it, the copy takes the damaged object's place.
    private async Task<ClipClaim?> ReadClipAsync(FileClaim file, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(cancellationToken);
        return await work.QuerySingleOrDefaultAsync<ClipClaim>(
            """
            select video_id, project, state, epoch, split_part(@ObjectKey, '/', 4)::integer as attempt, upstream, credential,
                upstream_id, coalesce(seconds, 0) as seconds, traceparent
            from clips where video_id = @VideoId and state = 'stored'
            """,
            new { file.VideoId, file.ObjectKey },
            cancellationToken);
    }

    // Without its row, the picture is missing, and missing pictures are made from the video.
    private async Task MakeAgainAsync(FileClaim file, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(cancellationToken);
        var forgotten = await work.ExecuteAsync(
            """
            delete from clip_files where video_id = @VideoId and variant = @Variant and object_key = @ObjectKey
                and exists (
                    select from clip_files video
                    where video.video_id = @VideoId and video.variant = 'video' and video.rotten_at is null)
            """,
            new { file.VideoId, file.Variant, file.ObjectKey },
            cancellationToken);
        if (forgotten == 0)
        {
            return;
        }

        await work.ExecuteAsync(
            """
            update clips set next_attempt_at = now(), variant_tries = 0 where video_id = @VideoId and state = 'stored'
            """,
            new { file.VideoId },
            cancellationToken);
        await store.DeleteAsync(ObjectKey.Parse(file.ObjectKey), cancellationToken);
        await work.CommitAsync(cancellationToken);
    }
}
