using MassTransit;
using Sora.Contracts;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Messaging;

namespace Sora.WebhookService.Events;

/// <summary>
/// A video ended without a clip (failed, rejected, cancelled or expired): its project's endpoints are told
/// <c>video.failed</c>.
/// </summary>
internal sealed class AnnounceFailure(ServiceDatabase database, TimeProvider clock) : IConsumer<VideoFailed>
{
    public Task Consume(ConsumeContext<VideoFailed> context)
    {
        var video = context.Message;
        var failed = new NewEvent(
            EventTypes.VideoFailed, video.Organization, video.Project, video.VideoId, video.FailedAt);
        return database.ConsumeOnceAsync(
            this, context, work => failed.SaveAsync(work, clock.GetUtcNow(), context.CancellationToken));
    }
}
