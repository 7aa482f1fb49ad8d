using System.Collections.Frozen;

namespace Sora.Upstreams.OpenAIVideos;

/// <summary>
/// Servers that hand the request on to others. What they answer may come from anyone behind them, who charges; a list
/// shows one provider's videos, so none is trusted unless configured.
/// </summary>
internal static class RelayDialects
{
    private static readonly TimeSpan Unknown = TimeSpan.FromMinutes(10);

    /// <summary>LiteLLM proxy: long base64 ids, the words of whoever stands behind it.</summary>
    public static Dialect LiteLlm { get; } = new()
    {
        Name = "litellm",
        Operations = FrozenSet.Create(Enum.GetValues<VideoOperation>()),
        CreateEncoding = CreateEncoding.Multipart,
        AcceptedCodes = FrozenSet.Create(200),
        HonoursIdempotencyKeys = false,
        HasList = false,
        BillsCancelled = true,
        DeleteCancels = false,
        LateAcceptanceBound = Unknown,
        StatusWords = Dialects.Words(
            ["queued", "pending"], ["in_progress", "processing"], ["completed"], ["failed", "cancelled", "expired"]),
        Variants = FrozenSet.Create("video"),
        IdForm = Dialects.WideId(),
    };

    /// <summary>new-api: <c>task_…</c> ids in two fields, no list, no delete, an address beside the content route.</summary>
    public static Dialect NewApi { get; } = new()
    {
        Name = "new-api",
        Operations = FrozenSet.Create(VideoOperation.Create, VideoOperation.Remix),
        CreateEncoding = CreateEncoding.Multipart,
        AcceptedCodes = FrozenSet.Create(200),
        ErrorsBeforeAcceptance = FrozenSet.Create("model_not_found"), // no channel serves the model now: a 503
        HonoursIdempotencyKeys = false,
        HasList = false,
        BillsCancelled = true,
        DeleteCancels = false,
        LateAcceptanceBound = Unknown,
        IdFields = ["id", "task_id"],
        StatusWords = Dialects.Generic.StatusWords,
        ResultPaths = ["metadata.url", "url"],
        Variants = FrozenSet.Create("video"),
    };

    /// <summary>Bifrost: JSON, <c>provider:id</c>, seconds as a number, progress with a fraction.</summary>
    public static Dialect Bifrost { get; } = new()
    {
        Name = "bifrost",
        Operations = FrozenSet.Create(VideoOperation.Create, VideoOperation.Remix),
        CreateEncoding = CreateEncoding.Json,
        SecondsAreNumber = true,
        ReferenceIsText = true,
        AcceptedCodes = FrozenSet.Create(200),
        HonoursIdempotencyKeys = false,
        HasList = false,
        BillsCancelled = true,
        DeleteCancels = false,
        LateAcceptanceBound = Unknown,
        StatusWords = Dialects.Words(["queued"], ["in_progress"], ["completed"], ["failed"]),
        ResultPaths = ["videos.0.url"],
        Variants = FrozenSet.Create("video"),
        IdForm = Dialects.WideId(),
    };
}
