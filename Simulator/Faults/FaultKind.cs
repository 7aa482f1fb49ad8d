namespace Sora.Simulator.Faults;

/// <summary>Everything that can be made to go wrong; <see cref="FaultCatalogue"/> says what each one does.</summary>
internal enum FaultKind
{
    RateLimit,
    ErrorBeforeAccept,
    CutBeforeAccept,
    LateAccept,
    ErrorAfterAccept,
    CutAfterAccept,
    LateAnswer,
    BrokenAnswer,
    CreateStatus,

    Moderation,
    FailAt,
    Stuck,
    Slow,
    UnknownStatus,
    Unlisted,

    WebhookMissing,
    WebhookDuplicate,
    WebhookLate,
    WebhookEarly,
    WebhookOutOfOrder,
    WebhookForged,

    Truncated,
    ShortFile,
    Expired,
    NotMp4,
    ContentError,
    SlowContent,
}
