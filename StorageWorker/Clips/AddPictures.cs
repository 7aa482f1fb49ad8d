using System.IO.Pipelines;
using Microsoft.Extensions.Options;
using Sora.ServiceDefaults.Database;
using Sora.StorageWorker.Objects;

namespace Sora.StorageWorker.Clips;

/// <summary>Tries again for the pictures that a stored clip lacks, a few times.</summary>
internal sealed partial class AddPictures(
    ServiceDatabase database,
    ClipPictures pictures,
    ClipClaims claims,
    IObjectStore store,
    IOptions<ClipOptions> options,
    ILogger<AddPictures> logger)
{
    /// <summary>Works on the claim to its end.</summary>
    /// <exception cref="IOException">The disk or the store failed.</exception>
    public async Task RunAsync(ClipClaim claim, CancellationToken cancellationToken)
    {
        var files = await ReadFilesAsync(claim, cancellationToken);
        var missing = ClipVariant.Pictures.Where(variant => files.All(file => file.Variant != variant.Name)).ToList();
        using var video = await FetchVideoAsync(
            files.Single(file => file.Variant == ClipVariant.Video.Name), cancellationToken);
        if (video is null)
        {
            Log.VideoGone(logger, claim.VideoId);
        }

        var added = video is null ? [] : await pictures.StoreAsync(claim, missing, video.Path, cancellationToken);
        if (!await RecordAsync(claim, added, missing.Count == added.Count, cancellationToken))
        {
            await store.DeleteAllAsync(claim.FolderOf(claim.Attempt), cancellationToken);
        }
    }

    private async Task<IReadOnlyList<FileRow>> ReadFilesAsync(ClipClaim claim, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(cancellationToken);
        return await work.QueryAsync<FileRow>(
            "select variant, object_key, length from clip_files where video_id = @VideoId",
            new { claim.VideoId },
            cancellationToken);
    }

    // ffmpeg needs a file, and the store may be a bucket.
    private async Task<Draft?> FetchVideoAsync(FileRow file, CancellationToken cancellationToken)
    {
        await using var content = await store.OpenAsync(
            ObjectKey.Parse(file.ObjectKey), 0, file.Length, cancellationToken);
        if (content is null)
        {
            return null;
        }

        var draft = store.CreateDraft(file.Length);
        try
        {
            await using var stream = new FileStream(draft.Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            await content.CopyToAsync(PipeWriter.Create(stream), cancellationToken);
            return draft;
        }
        catch
        {
            draft.Dispose();
            throw;
        }
    }

    private async Task<bool> RecordAsync(
        ClipClaim claim, IReadOnlyList<ClipFile> added, bool isWhole, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(cancellationToken);
        var rows = await work.ExecuteAsync(
            """
            update clips set variant_tries = variant_tries + 1,
                next_attempt_at =
                    case when @isWhole or variant_tries + 1 >= @VariantTries then null else now() + @Pause end
            where video_id = @VideoId and attempt = @Attempt and state = 'stored'
            """,
            new
            {
                claim.VideoId,
                claim.Attempt,
                isWhole,
                options.Value.VariantTries,
                Pause = claims.PauseAfter(claim.Attempt, null),
            },
            cancellationToken);
        if (rows == 1)
        {
            await work.ExecuteAsync(ClipFile.Insert, ClipFile.Columns(claim, added), cancellationToken);
            await work.CommitAsync(cancellationToken);
        }

        return rows == 1;
    }

    private sealed record FileRow(string Variant, string ObjectKey, long Length);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "The stored video of {VideoId} is gone from the object store")]
        public static partial void VideoGone(ILogger logger, string videoId);
    }
}
