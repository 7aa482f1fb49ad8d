using MassTransit;
using Sora.Contracts;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Messaging;

namespace Sora.StorageWorker.References;

/// <summary>A video was deleted: its image expires now, and the next sweep takes it away.</summary>
public sealed class ExpireReference(ServiceDatabase database) : IConsumer<VideoDeleted>
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<VideoDeleted> context) => database.ConsumeOnceAsync(this, context, work =>
        work.ExecuteAsync(
            "update reference_images set expires_at = @DeletedAt where video_id = @VideoId",
            new { context.Message.VideoId, context.Message.DeletedAt },
            context.CancellationToken));
}
