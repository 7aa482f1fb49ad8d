namespace Sora.Upstreams;

/// <summary>
/// A video as its upstream describes it, with every field checked or dropped: an upstream's answer is foreign
/// input.
/// </summary>
/// <param name="Id">The upstream's id, of the form that the dialect allows.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Progress">Percent from 0 to 100, or null when it says nothing readable.</param>
/// <param name="ErrorCode">A short word of letters, digits, <c>_</c>, <c>-</c> and <c>.</c>, or null.</param>
/// <param name="ErrorMessage">One line without addresses, ids or keys, or null.</param>
/// <param name="CreatedAt">When the upstream says it was created, or null.</param>
/// <param name="Model">The upstream's model, or null.</param>
/// <param name="Prompt">The prompt that the upstream echoes, or null.</param>
/// <param name="Size">The size that the upstream echoes, or null.</param>
/// <param name="Seconds">The length that the upstream echoes, or null.</param>
/// <param name="ExpiresAt">Until when the upstream keeps its content, or null when it does not say.</param>
public sealed record UpstreamVideo(
    string Id,
    UpstreamStatus Status,
    int? Progress,
    string? ErrorCode,
    string? ErrorMessage,
    DateTimeOffset? CreatedAt,
    string? Model,
    string? Prompt,
    string? Size,
    string? Seconds,
    DateTimeOffset? ExpiresAt = null)
{
    /// <summary>Names the video without its prompt, which belongs to the customer and in no log.</summary>
    public override string ToString() => $"{Id} ({Status}, {Progress} %)";
}

/// <summary>Where a video stands at its upstream.</summary>
public enum UpstreamStatus
{
    /// <summary>Accepted, not begun.</summary>
    Queued,

    /// <summary>Being rendered.</summary>
    InProgress,

    /// <summary>Rendered: its content can be opened.</summary>
    Completed,

    /// <summary>Ended without a video.</summary>
    Failed,

    /// <summary>A word that the dialect does not know: keep the state as it was.</summary>
    Unknown,
}
