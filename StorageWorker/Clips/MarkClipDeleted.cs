using System.Diagnostics;
using MassTransit;
using Sora.Contracts;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Messaging;

namespace Sora.StorageWorker.Clips;

/// <summary>
/// A video was deleted: a tombstone takes its clip's place, also when the clip is not stored or not even
/// wanted yet. <see cref="ClipWorker"/> deletes the bytes; a copy that is under way finds the tombstone and
/// takes its own away.
/// </summary>
public sealed class MarkClipDeleted(ServiceDatabase database) : IConsumer<VideoDeleted>
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<VideoDeleted> context) =>
        database.ConsumeOnceAsync(this, context, work => MarkAsync(work, context.Message, context.CancellationToken));

    private static async Task MarkAsync(UnitOfWork work, VideoDeleted message, CancellationToken cancellationToken)
    {
        await work.ExecuteAsync(
            """
            insert into clips (video_id, organization, project, state, deleted_at, traceparent)
            values (@VideoId, @Organization, @Project, 'deleted', @DeletedAt, @Traceparent)
            on conflict (video_id) do update set state = 'deleted', deleted_at = excluded.deleted_at,
                traceparent = excluded.traceparent, next_attempt_at = now()
            """,
            new
            {
                message.VideoId,
                message.Organization,
                message.Project,
                message.DeletedAt,
                Traceparent = Activity.Current?.Id,
            },
            cancellationToken);
        await work.ExecuteAsync(ClipClaims.Wake, null, cancellationToken);
    }
}
