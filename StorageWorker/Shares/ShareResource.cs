using System.Text.Json.Serialization;

namespace Sora.StorageWorker.Shares;

/// <summary>A link as its owner sees it. Times are Unix seconds.</summary>
/// <param name="Id"><c>share_…</c>.</param>
/// <param name="Kind">Always <c>video.share</c>.</param>
/// <param name="VideoId">The video it leads to.</param>
/// <param name="Variant">Which of its files.</param>
/// <param name="Url">The link itself; null except in the answer to its creation, as it is not kept.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">When it ends by itself.</param>
/// <param name="RevokedAt">When it was revoked, or null.</param>
/// <param name="Uses">How often a download was begun.</param>
/// <param name="LastUsedAt">When the last one was, or null.</param>
internal sealed record ShareResource(
    string Id,
    [property: JsonPropertyName("object")] string Kind,
    string VideoId,
    string Variant,
    string? Url,
    long CreatedAt,
    long ExpiresAt,
    long? RevokedAt,
    long Uses,
    long? LastUsedAt);

/// <summary>A page of links in the protocol's list shape.</summary>
internal sealed record SharePage(
    [property: JsonPropertyName("object")] string Kind,
    IReadOnlyList<ShareResource> Data,
    string? FirstId,
    string? LastId,
    bool HasMore);
