namespace Sora.Contracts;

// The life of a video as other services see it:
//
//   VideoAccepted ──► VideoRendered ──► (StorageWorker: ClipStored | ClipLost) ──► VideoCompleted
//        │                  │                                                           │
//        └──────────────────┴────────────► VideoFailed                                  ▼
//                                               └──────────────────────────────────► VideoDeleted
//
// VideoCompleted and VideoFailed exclude each other; VideoDeleted comes last. Each is published once, and again when
// OutcomesAsked asks: whoever hears them must find by the video's id that it knows already.

/// <summary>The money is held and the job is saved; it waits for its submission to an upstream.</summary>
public sealed record VideoAccepted(string VideoId, string Organization, string Project);

/// <summary>The upstream has finished rendering; the bytes still lie with the upstream and have to be stored.</summary>
/// <param name="VideoId">Our id, <c>video_…</c>.</param>
/// <param name="Organization">The organisation that owns the video.</param>
/// <param name="Project">The project that owns the video.</param>
/// <param name="Epoch">Fencing token: object keys carry it, so that a worker that was overtaken cannot overwrite bytes.</param>
/// <param name="Upstream">The upstream's name in the configuration.</param>
/// <param name="Credential">The name of the credential that the video was submitted with.</param>
/// <param name="UpstreamId">The upstream's id of the video.</param>
/// <param name="Size">Asked size, <c>WIDTHxHEIGHT</c> in pixels.</param>
/// <param name="Seconds">Asked length in seconds.</param>
public sealed record VideoRendered(
    string VideoId,
    string Organization,
    string Project,
    int Epoch,
    string Upstream,
    string Credential,
    string UpstreamId,
    string Size,
    int Seconds);

/// <summary>The clip is stored and the video can be downloaded: the customer pays.</summary>
/// <param name="VideoId">Our id, <c>video_…</c>.</param>
/// <param name="Organization">The organisation that owns the video.</param>
/// <param name="Project">The project that owns the video.</param>
/// <param name="User">The user who created it.</param>
/// <param name="Upstream">The upstream that rendered it.</param>
/// <param name="UpstreamId">The upstream's id of the video.</param>
/// <param name="CompletedAt">When it became ready.</param>
/// <param name="ExpiresAt">When its bytes may be deleted.</param>
public sealed record VideoCompleted(
    string VideoId,
    string Organization,
    string Project,
    string User,
    string Upstream,
    string UpstreamId,
    DateTimeOffset CompletedAt,
    DateTimeOffset ExpiresAt);

/// <summary>
/// The video ended without a clip (failed, rejected, cancelled or expired, told apart by the code): the customer pays
/// nothing, unless <c>CustomerPays</c> says so.
/// </summary>
/// <param name="VideoId">Our id, <c>video_…</c>.</param>
/// <param name="Organization">The organisation that owns the video.</param>
/// <param name="Project">The project that owns the video.</param>
/// <param name="User">The user who created it.</param>
/// <param name="Upstream">The upstream it was meant for.</param>
/// <param name="UpstreamId">The upstream's id, or null when it was never accepted there.</param>
/// <param name="Code">The public error code, for example <c>moderation_blocked</c>.</param>
/// <param name="Message">The public error message.</param>
/// <param name="UpstreamCharge">What the upstream charges us, one of <see cref="Contracts.UpstreamCharge"/>.</param>
/// <param name="FailedAt">When it ended.</param>
/// <param name="CustomerPays">
/// True when the customer pays the whole price all the same: it was cancelled at an upstream that bills what was begun.
/// Null, from older builds, is false.
/// </param>
public sealed record VideoFailed(
    string VideoId,
    string Organization,
    string Project,
    string User,
    string Upstream,
    string? UpstreamId,
    string Code,
    string Message,
    string UpstreamCharge,
    DateTimeOffset FailedAt,
    bool? CustomerPays);

/// <summary>
/// The upstream finished a video whose deadline had passed: the job stays failed, the upstream's charge is our loss.
/// </summary>
public sealed record VideoRenderedLate(
    string VideoId,
    string Organization,
    string Project,
    string Upstream,
    string UpstreamId,
    DateTimeOffset SeenAt);

/// <summary>The owner deleted the video: its bytes have to go.</summary>
public sealed record VideoDeleted(string VideoId, string Organization, string Project, DateTimeOffset DeletedAt);

/// <summary>
/// There is no such video: its create was given up before it was visible. Said only when <see cref="OutcomesAsked"/> asks.
/// </summary>
public sealed record VideoUnknown(string VideoId);

/// <summary>A character was made from an uploaded clip: the clip is kept from now on.</summary>
/// <param name="CharacterId">Our id, <c>char_…</c>; the clip's too.</param>
/// <param name="Organization">The organisation that owns the character.</param>
/// <param name="Project">The project that owns the character.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record CharacterCreated(
    string CharacterId, string Organization, string Project, DateTimeOffset CreatedAt);

/// <summary>What a video that ended without a clip cost at the upstream.</summary>
public static class UpstreamCharge
{
    /// <summary>The upstream never accepted it, or does not bill such an end.</summary>
    public const string None = "none";

    /// <summary>The upstream rendered, or began to, and bills it: our loss, unless the customer pays.</summary>
    public const string Charged = "charged";

    /// <summary>Nobody knows whether the upstream accepted it: the cost waits in suspense for an operator.</summary>
    public const string Unresolved = "unresolved";
}
