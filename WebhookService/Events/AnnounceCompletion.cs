using MassTransit;
using Sora.Contracts;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Messaging;

namespace Sora.WebhookService.Events;

/// <summary>A clip is ready: its project's endpoints are told <c>video.completed</c>.</summary>
internal sealed class AnnounceCompletion(ServiceDatabase database, TimeProvider clock) : IConsumer<VideoCompleted>
{
    public Task Consume(ConsumeContext<VideoCompleted> context)
    {
        var video = context.Message;
        var completed = new NewEvent(
            EventTypes.VideoCompleted, video.Organization, video.Project, video.VideoId, video.CompletedAt);
        return database.ConsumeOnceAsync(
            this, context, work => completed.SaveAsync(work, clock.GetUtcNow(), context.CancellationToken));
    }
}
