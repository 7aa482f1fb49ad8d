using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Sora.Upstreams.OpenAIVideos;

/// <summary>
/// How one family of servers speaks the OpenAI Videos protocol. Where nothing is known, the value is the
/// careful one.
/// </summary>
public sealed partial record Dialect
{
    /// <summary>Its name in the configuration.</summary>
    public required string Name { get; init; }

    /// <summary>Statuses with which a submission is accepted.</summary>
    public IReadOnlySet<int> AcceptedCodes { get; init; } = FrozenSet.Create(200, 201, 202);

    /// <summary>
    /// Statuses that come only before acceptance, beside 429: the submission may be sent again. 307 and 308 ask for
    /// the same request at another address, so nothing was done with it here.
    /// </summary>
    public IReadOnlySet<int> CodesBeforeAcceptance { get; init; } = FrozenSet.Create(307, 308);

    /// <summary>
    /// Whether a repeat with the same <c>Idempotency-Key</c> is answered with the first one's video.
    /// </summary>
    public required bool HonoursIdempotencyKeys { get; init; }

    /// <summary>
    /// Whether <c>GET /videos</c> shows every video of the credential, so that its silence proves absence.
    /// </summary>
    public required bool HasList { get; init; }

    /// <summary>Whether a video that was stopped before its end is charged.</summary>
    public required bool BillsCancelled { get; init; }

    /// <summary>Whether DELETE stops an unfinished video.</summary>
    public required bool DeleteCancels { get; init; }

    /// <summary>The longest time from our sending a submission to its turning up in the list.</summary>
    public required TimeSpan LateAcceptanceBound { get; init; }

    /// <summary>Its words for a video's status, looked up in any case.</summary>
    public required IReadOnlyDictionary<string, UpstreamStatus> StatusWords { get; init; }

    /// <summary>The variants of a finished video that its content route offers.</summary>
    public required IReadOnlySet<string> Variants { get; init; }

    /// <summary>
    /// Whether the video to edit or extend may be sent as a file, which helps where the server has forgotten it.
    /// </summary>
    public bool TakesSourceFiles { get; init; }

    /// <summary>How a create is encoded. A remix is always JSON.</summary>
    public CreateEncoding CreateEncoding { get; init; } = CreateEncoding.Multipart;

    /// <summary>
    /// The ids it gives out. They end up in paths, rows and messages, so anything else is refused.
    /// </summary>
    public Regex IdForm { get; init; } = PlainId();

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,200}\z")]
    private static partial Regex PlainId();
}

/// <summary>How a create is encoded.</summary>
public enum CreateEncoding
{
    /// <summary>
    /// <c>multipart/form-data</c>, as the official SDKs send it; a reference image is a file.
    /// </summary>
    Multipart,

    /// <summary>JSON; a reference image is a data URL in <c>input_reference.image_url</c>.</summary>
    Json,
}
