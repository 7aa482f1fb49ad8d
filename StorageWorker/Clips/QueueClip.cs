using System.Diagnostics;
using MassTransit;
using Sora.Contracts;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Messaging;

namespace Sora.StorageWorker.Clips;

/// <summary>
/// A video was rendered: its clip is wanted. Only the wish is recorded here; <see cref="ClipWorker"/> fulfils
/// it. A repeated wish is answered with what became of the first.
/// </summary>
public sealed class QueueClip(ServiceDatabase database) : IConsumer<VideoRendered>
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<VideoRendered> context) =>
        database.ConsumeOnceAsync(this, context, work => QueueAsync(work, context.Message, context.CancellationToken));

    private static async Task QueueAsync(UnitOfWork work, VideoRendered message, CancellationToken cancellationToken)
    {
        if (await InsertAsync(work, message, cancellationToken))
        {
            return;
        }

        var clip = await ReadAsync(work, message.VideoId, cancellationToken);
        switch (clip.State)
        {
            case "stored":
                work.Publish(new ClipStored(
                    message.VideoId, message.Epoch, clip.Length, clip.Sha256!, clip.StoredAt!.Value));
                break;
            case "lost" when message.Epoch <= clip.Epoch:
                work.Publish(ClipSetbacks.LossOf(message.VideoId, message.Epoch));
                break;
            case "lost" or "wanted" when message.Epoch > clip.Epoch:
                await StartAgainAsync(work, message, cancellationToken);
                break;
            default: // wanted already, or deleted: nothing comes back from that
                break;
        }
    }

    private static async Task<bool> InsertAsync(
        UnitOfWork work, VideoRendered message, CancellationToken cancellationToken)
    {
        var inserted = await work.ExecuteAsync(
            """
            insert into clips (video_id, organization, project, state, epoch, upstream, credential, upstream_id, seconds,
                traceparent)
            values (@VideoId, @Organization, @Project, 'wanted', @Epoch, @Upstream, @Credential, @UpstreamId, @Seconds,
                @Traceparent)
            on conflict do nothing
            """,
            Columns(message),
            cancellationToken);
        if (inserted == 1)
        {
            await work.ExecuteAsync(ClipClaims.Wake, null, cancellationToken);
        }

        return inserted == 1;
    }

    private static async Task<Row> ReadAsync(UnitOfWork work, string videoId, CancellationToken cancellationToken) =>
        await work.QuerySingleOrDefaultAsync<Row>(
            """
            select clips.state, clips.epoch, clips.stored_at, coalesce(file.length, 0) as length, file.sha256
            from clips left join clip_files file on file.video_id = clips.video_id and file.variant = 'video'
            where clips.video_id = @videoId for update of clips
            """,
            new { videoId },
            cancellationToken)
        ?? throw new InvalidOperationException($"The row of {videoId} was there and is gone.");

    // A worker that is still at the earlier epoch can no longer announce anything: its claim names that
    // epoch.
    private static async Task StartAgainAsync(
        UnitOfWork work, VideoRendered message, CancellationToken cancellationToken)
    {
        await work.ExecuteAsync(
            """
            update clips set state = 'wanted', epoch = @Epoch, upstream = @Upstream, credential = @Credential,
                upstream_id = @UpstreamId, traceparent = @Traceparent, next_attempt_at = now(),
                misses = 0, first_missed_at = null, breaks = 0
            where video_id = @VideoId
            """,
            Columns(message),
            cancellationToken);
        await work.ExecuteAsync(ClipClaims.Wake, null, cancellationToken);
    }

    private static object Columns(VideoRendered message) => new
    {
        message.VideoId,
        message.Organization,
        message.Project,
        message.Epoch,
        message.Upstream,
        message.Credential,
        message.UpstreamId,
        message.Seconds,
        Traceparent = Activity.Current?.Id,
    };

    private sealed record Row
    {
        public required string State { get; init; }

        public required int Epoch { get; init; }

        public DateTimeOffset? StoredAt { get; init; }

        public required long Length { get; init; }

        public string? Sha256 { get; init; }
    }
}
