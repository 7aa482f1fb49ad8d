using System.Diagnostics;
using MassTransit;
using Microsoft.Extensions.Options;
using Sora.Contracts;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Messaging;
using Sora.StorageWorker.Lifetimes;

namespace Sora.StorageWorker.Clips;

/// <summary>
/// A video was deleted: a tombstone takes its clip's place, also when the clip is not stored or not even
/// wanted yet. <see cref="ClipWorker"/> deletes the bytes after the grace period; a copy that is under way finds the
/// tombstone and takes its own away.
/// </summary>
public sealed class MarkClipDeleted(
    ServiceDatabase database, IOptions<LifetimeOptions> options) : IConsumer<VideoDeleted>
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<VideoDeleted> context) =>
        database.ConsumeOnceAsync(this, context, work => MarkAsync(work, context.Message, context.CancellationToken));

    private async Task MarkAsync(UnitOfWork work, VideoDeleted message, CancellationToken cancellationToken)
    {
        await work.ExecuteAsync(
            """
            insert into clips (video_id, organization, project, state, deleted_at, traceparent, next_attempt_at)
            values (@VideoId, @Organization, @Project, 'deleted', @DeletedAt, @Traceparent, now() + @Grace)
            on conflict (video_id) do update set state = 'deleted', deleted_at = excluded.deleted_at,
                traceparent = excluded.traceparent, next_attempt_at = excluded.next_attempt_at
            where clips.state <> 'deleted'
            """,
            new
            {
                message.VideoId,
                message.Organization,
                message.Project,
                message.DeletedAt,
                options.Value.Grace,
                Traceparent = Activity.Current?.Id,
            },
            cancellationToken);
        await work.ExecuteAsync(ClipClaims.Wake, null, cancellationToken);
    }
}
