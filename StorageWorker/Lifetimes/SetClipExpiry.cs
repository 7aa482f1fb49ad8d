using MassTransit;
using Sora.Contracts;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Messaging;

namespace Sora.StorageWorker.Lifetimes;

/// <summary>A video is ready: its clip is served until the time that the owner can read in <c>expires_at</c>.</summary>
public sealed class SetClipExpiry(ServiceDatabase database) : IConsumer<VideoCompleted>
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<VideoCompleted> context) => database.ConsumeOnceAsync(this, context, work =>
        work.ExecuteAsync(
            "update clips set expires_at = @ExpiresAt where video_id = @VideoId and project = @Project",
            new { context.Message.VideoId, context.Message.Project, context.Message.ExpiresAt },
            context.CancellationToken));
}
