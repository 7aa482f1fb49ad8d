using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Sora.Upstreams.OpenAIVideos;

/// <summary>The dialects that are known: data, not code.</summary>
public static partial class Dialects
{
    /// <summary>The protocol to the letter: OpenAI's own service, the simulator, faithful clones.</summary>
    public static Dialect OpenAI { get; } = new()
    {
        Name = "openai",
        HonoursIdempotencyKeys = false,
        HasList = true,
        BillsCancelled = true,
        DeleteCancels = false,
        LateAcceptanceBound = TimeSpan.FromMinutes(10),
        StatusWords = Words(
            queued: ["queued"], inProgress: ["in_progress"], completed: ["completed"], failed: ["failed"]),
        Variants = FrozenSet.Create("video", "thumbnail", "spritesheet"),
        TakesSourceFiles = true,
    };

    /// <summary>
    /// Servers that mean the protocol but take liberties: vLLM-Omni, SGLang, TensorRT-LLM, LiteLLM, Bifrost,
    /// new-api and resellers. Some have lists, but partial ones (of one replica, of one provider), so none is trusted
    /// unless configured.
    /// </summary>
    public static Dialect Generic { get; } = new()
    {
        Name = "generic",
        HonoursIdempotencyKeys = false,
        HasList = false,
        BillsCancelled = true,
        DeleteCancels = true,
        LateAcceptanceBound = TimeSpan.FromMinutes(10),
        StatusWords = Words(
            queued: ["queued", "pending", "submitted", "not_start", "preparing"],
            inProgress: ["in_progress", "processing", "running", "generating"],
            completed: ["completed", "complete", "success", "succeeded", "finished"],
            failed: ["failed", "failure", "fail", "error", "cancelled", "canceled", "expired"]),
        Variants = FrozenSet.Create("video"),
        IdForm = WideId(),
    };

    /// <summary>All of them by name.</summary>
    public static IReadOnlyDictionary<string, Dialect> All { get; } =
        new[] { OpenAI, Generic }.ToFrozenDictionary(dialect => dialect.Name, StringComparer.Ordinal);

    /// <summary>The dialect of an upstream, with what its configuration knows better.</summary>
    internal static Dialect For(UpstreamOptions options)
    {
        var dialect = All[options.Dialect];
        return dialect with
        {
            HonoursIdempotencyKeys = options.HonoursIdempotencyKeys ?? dialect.HonoursIdempotencyKeys,
            HasList = options.HasList ?? dialect.HasList,
            BillsCancelled = options.BillsCancelled ?? dialect.BillsCancelled,
            DeleteCancels = options.DeleteCancels ?? dialect.DeleteCancels,
            LateAcceptanceBound = options.LateAcceptanceBound ?? dialect.LateAcceptanceBound,
            CreateEncoding = options.CreateEncoding ?? dialect.CreateEncoding,
            TakesSourceFiles = options.TakesSourceFiles ?? dialect.TakesSourceFiles,
        };
    }

    private static FrozenDictionary<string, UpstreamStatus> Words(
        string[] queued, string[] inProgress, string[] completed, string[] failed)
    {
        (string[] Words, UpstreamStatus Status)[] rows =
        [
            (queued, UpstreamStatus.Queued),
            (inProgress, UpstreamStatus.InProgress),
            (completed, UpstreamStatus.Completed),
            (failed, UpstreamStatus.Failed),
        ];
        return rows
            .SelectMany(row => row.Words, (row, word) => KeyValuePair.Create(word, row.Status))
            .ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }

    // LiteLLM's ids are long base64, Bifrost's are provider:id. Dots may not lead: '.' and '..' mean something in a
    // path.
    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9_.:=-]{0,399}\z")]
    private static partial Regex WideId();
}
