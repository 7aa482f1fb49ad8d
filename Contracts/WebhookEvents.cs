namespace Sora.Contracts;

/// <summary>
/// An upstream sent a verified webhook about one of its videos: a hint to look at that video now, never a fact.
/// </summary>
/// <param name="Upstream">The upstream's name in the configuration.</param>
/// <param name="WebhookId">The webhook's own id, the same over the upstream's retries.</param>
/// <param name="UpstreamId">The upstream's id of the video.</param>
/// <param name="Type">What it says happened, for example <c>video.completed</c>.</param>
public sealed record UpstreamNotified(string Upstream, string WebhookId, string UpstreamId, string Type);
