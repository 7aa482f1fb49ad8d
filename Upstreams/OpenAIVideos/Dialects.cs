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
        Operations = FrozenSet.Create(Enum.GetValues<VideoOperation>()),
    };

    /// <summary>
    /// Servers that mean the protocol but take liberties: resellers, and whoever has no dialect of their own below. Some
    /// have lists, but partial ones (of one replica, of one provider), so none is trusted unless configured.
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
        Operations = FrozenSet.Create(Enum.GetValues<VideoOperation>()),
        IdFields = ["id", "task_id"],
        ResultPaths =
            ["video_url", "url", "metadata.url", "meta_data.url", "output.url", "data.0.url", "task_result.videos.0.url"],
        IdForm = WideId(),
    };

    /// <summary>All of them by name.</summary>
    public static IReadOnlyDictionary<string, Dialect> All { get; } = new[]
    {
        OpenAI, Generic,
        SelfHostedDialects.VllmOmni, SelfHostedDialects.SGLang, SelfHostedDialects.TensorRtLlm,
        RelayDialects.LiteLlm, RelayDialects.NewApi, RelayDialects.Bifrost,
    }.ToFrozenDictionary(dialect => dialect.Name, StringComparer.Ordinal);

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
            SecondsAreNumber = options.SecondsAreNumber ?? dialect.SecondsAreNumber,
            Fields = dialect.Fields.Where(field => !options.Fields.ContainsKey(field.Key)).Concat(options.Fields)
                .ToFrozenDictionary(StringComparer.Ordinal),
        };
    }

    /// <summary>A table of status words, looked up in any case.</summary>
    internal static FrozenDictionary<string, UpstreamStatus> Words(
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
    internal static partial Regex WideId();
}
