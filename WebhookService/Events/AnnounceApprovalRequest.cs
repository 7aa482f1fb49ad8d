using MassTransit;
using Sora.Contracts;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Messaging;

namespace Sora.WebhookService.Events;

/// <summary>A video waits for an approval: its project's endpoints are told <c>video.approval_requested</c>.</summary>
internal sealed class AnnounceApprovalRequest(ServiceDatabase database, TimeProvider clock) : IConsumer<ApprovalRequested>
{
    public Task Consume(ConsumeContext<ApprovalRequested> context)
    {
        var approval = context.Message;
        var requested = new NewEvent(
            EventTypes.VideoApprovalRequested, approval.Organization, approval.Project, approval.VideoId,
            approval.RequestedAt);
        return database.ConsumeOnceAsync(
            this, context, work => requested.SaveAsync(work, clock.GetUtcNow(), context.CancellationToken));
    }
}
