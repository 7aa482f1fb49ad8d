using System.Collections.Frozen;

namespace Sora.Upstreams.OpenAIVideos;

/// <summary>
/// Servers that render on one's own machines. They charge nothing, keep their videos in memory, and offer no remix.
/// </summary>
/// <remarks>
/// A list shows the videos of one process. Where several stand behind one address, set
/// <see cref="UpstreamOptions.HasList"/> to false: what one of them does not know, another may be rendering.
/// </remarks>
internal static class SelfHostedDialects
{
    // A create is answered by the process that holds the list: what is not in it soon will never be.
    private static readonly TimeSpan SoonVisible = TimeSpan.FromMinutes(2);

    /// <summary>vLLM-Omni 0.26: forms only, FastAPI's errors, progress 0 and then 100.</summary>
    public static Dialect VllmOmni { get; } = new()
    {
        Name = "vllm-omni",
        Operations = FrozenSet.Create(VideoOperation.Create),
        CreateEncoding = CreateEncoding.Multipart,
        AcceptedCodes = FrozenSet.Create(200, 201),
        HonoursIdempotencyKeys = false,
        HasList = true,
        BillsCancelled = false,
        DeleteCancels = true,
        LateAcceptanceBound = SoonVisible,
        StatusWords = Dialects.Words(["queued"], ["in_progress"], ["completed"], ["failed"]),
        Variants = FrozenSet.Create("video"),
        ForgetsOnRestart = true,
    };

    /// <summary>SGLang diffusion: its list leaves out the prompt, so nothing can be recognised in it.</summary>
    public static Dialect SGLang { get; } = new()
    {
        Name = "sglang",
        Operations = FrozenSet.Create(VideoOperation.Create),
        CreateEncoding = CreateEncoding.Multipart,
        SecondsAreNumber = true,
        AcceptedCodes = FrozenSet.Create(200),
        HonoursIdempotencyKeys = false,
        HasList = false,
        BillsCancelled = false,
        DeleteCancels = true,
        LateAcceptanceBound = SoonVisible,
        StatusWords = Dialects.Words(["queued"], ["in_progress"], ["completed"], ["failed", "deleted"]),
        Variants = FrozenSet.Create("video"),
        ForgetsOnRestart = true,
    };

    /// <summary>TensorRT-LLM visual generation: 202, <c>duration</c>, errors as plain text; AVI unless asked not to.</summary>
    public static Dialect TensorRtLlm { get; } = new()
    {
        Name = "trtllm",
        Operations = FrozenSet.Create(VideoOperation.Create),
        CreateEncoding = CreateEncoding.Multipart,
        SecondsAreNumber = true,
        Fields = new Dictionary<string, string> { ["output_format"] = "mp4" }.ToFrozenDictionary(),
        AcceptedCodes = FrozenSet.Create(202),
        HonoursIdempotencyKeys = false,
        HasList = true,
        BillsCancelled = false,
        DeleteCancels = true,
        LateAcceptanceBound = SoonVisible,
        StatusWords = Dialects.Words(["queued"], ["in_progress"], ["completed"], ["failed", "cancelled"]),
        Variants = FrozenSet.Create("video"),
        ForgetsOnRestart = true,
    };
}
