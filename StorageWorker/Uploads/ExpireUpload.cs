using MassTransit;
using Sora.Contracts;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Messaging;

namespace Sora.StorageWorker.Uploads;

/// <summary>A video was deleted: what was uploaded for it expires now, and the next sweep takes it away.</summary>
public sealed class ExpireUpload(ServiceDatabase database) : IConsumer<VideoDeleted>
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<VideoDeleted> context) => database.ConsumeOnceAsync(this, context, work =>
        work.ExecuteAsync(
            "update uploads set expires_at = @DeletedAt where id = @VideoId",
            new { context.Message.VideoId, context.Message.DeletedAt },
            context.CancellationToken));
}
