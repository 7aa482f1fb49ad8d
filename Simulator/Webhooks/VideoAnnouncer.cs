using Sora.Simulator.Faults;
using Sora.Simulator.Videos;

namespace Sora.Simulator.Webhooks;

/// <summary>Says when which event of a video is sent, and obeys its webhook faults.</summary>
internal sealed class VideoAnnouncer(WebhookSender sender, TimeProvider clock)
{
    private const string Completed = "video.completed";
    private const string Failed = "video.failed";

    /// <summary>At the end: one event, or none, several, a late one, a contradicted one.</summary>
    public void AnnounceEnd(Video video)
    {
        if (video.Faults.Has(FaultKind.WebhookMissing))
        {
            return;
        }

        var outOfOrder = video.Faults.Has(FaultKind.WebhookOutOfOrder);
        var webhookEvent = EventOf(video, TypeOf(failed: video.Error is not null != outOfOrder));
        var copies = (int)(video.Faults.Find(FaultKind.WebhookDuplicate)?.Value ?? 1);
        var delay = video.Faults.Find(FaultKind.WebhookLate)?.Duration ?? TimeSpan.Zero;
        for (var copy = 0; copy < copies; copy++)
        {
            sender.Send(webhookEvent, delay);
        }
    }

    /// <summary>The event of the end at half time, for a video whose events come out of order.</summary>
    public void AnnounceHalfTime(Video video)
    {
        if (video.Faults.Has(FaultKind.WebhookOutOfOrder))
        {
            sender.Send(EventOf(video, TypeOf(video.PlannedFailure() is not null)), video.RenderTime / 2);
        }
    }

    /// <summary>Before the create is answered: returns when the receiver has had the event.</summary>
    public Task AnnounceEarlyAsync(Video video, CancellationToken cancellationToken) =>
        sender.SendNowAsync(EventOf(video, Completed), cancellationToken);

    private static string TypeOf(bool failed) => failed ? Failed : Completed;

    private WebhookEvent EventOf(Video video, string type) =>
        WebhookEvent.Of(type, video, clock.GetUtcNow());
}
