using System.Text.Json;

namespace Sora.Simulator.Faults;

/// <summary>The closed list of faults; the same table is in <c>docs/simulator.md</c>.</summary>
internal static class FaultCatalogue
{
    private const double Day = 86_400;

    public static IReadOnlyList<FaultDefinition> All { get; } =
    [
        new(FaultKind.RateLimit, FaultPhase.Call,
            "Nothing is accepted: 429 with Retry-After, the value in seconds.", 1, 0, Day),
        new(FaultKind.ErrorBeforeAccept, FaultPhase.Call,
            "Nothing is accepted: an error with the value as status.", 503, 400, 599),
        new(FaultKind.CutBeforeAccept, FaultPhase.Call,
            "Nothing is accepted: the connection is cut."),
        new(FaultKind.LateAccept, FaultPhase.Call,
            "Accepted only after the value in seconds, even if the caller has left.", 10, 0, Day),
        new(FaultKind.ErrorAfterAccept, FaultPhase.Call,
            "Accepted and charged, then an error with the value as status.", 500, 400, 599),
        new(FaultKind.CutAfterAccept, FaultPhase.Call,
            "Accepted and charged, then the connection is cut."),
        new(FaultKind.LateAnswer, FaultPhase.Call,
            "Accepted and charged at once, answered after the value in seconds.", 10, 0, Day),
        new(FaultKind.BrokenAnswer, FaultPhase.Call,
            "Accepted and charged, then half of the JSON with status 200."),
        new(FaultKind.CreateStatus, FaultPhase.Call,
            "Accepted and answered with the value as status.", 202, 200, 202),

        new(FaultKind.Moderation, FaultPhase.Job,
            "Fails at once with moderation_blocked."),
        new(FaultKind.FailAt, FaultPhase.Job,
            "Fails with generation_failed at the value in percent.", 50, 0, 99),
        new(FaultKind.Stuck, FaultPhase.Job,
            "Stays in_progress for ever at the value in percent.", 50, 0, 99),
        new(FaultKind.Slow, FaultPhase.Job,
            "Takes the value in seconds.", 60, 0, Day),
        new(FaultKind.UnknownStatus, FaultPhase.Job,
            "Has the status \"processing\" until it ends."),
        new(FaultKind.Unlisted, FaultPhase.Job,
            "Is missing from lists for the value in seconds after acceptance.", Day, 0, Day),

        new(FaultKind.WebhookMissing, FaultPhase.Job,
            "Sends no event."),
        new(FaultKind.WebhookDuplicate, FaultPhase.Job,
            "Sends the event as many times as the value says, with one webhook-id.", 2, 2, 100),
        new(FaultKind.WebhookLate, FaultPhase.Job,
            "Sends the event the value in seconds after the end.", 10, 0, Day),
        new(FaultKind.WebhookEarly, FaultPhase.Job,
            "Sends video.completed before the create is answered, and again at the end."),
        new(FaultKind.WebhookOutOfOrder, FaultPhase.Job,
            "Sends the event at half time, and the opposite event after the end."),
        new(FaultKind.WebhookForged, FaultPhase.Job,
            "Signs the event with another secret."),

        new(FaultKind.Truncated, FaultPhase.Download,
            "The whole length is announced, the connection is cut at half of it."),
        new(FaultKind.ShortFile, FaultPhase.Download,
            "The first half of the file is served as if it were the whole."),
        new(FaultKind.Expired, FaultPhase.Download,
            "The content is gone, with the value as status.", 404, 400, 499),
        new(FaultKind.NotMp4, FaultPhase.Download,
            "A JSON document is served as 200 video/mp4."),
        new(FaultKind.ContentError, FaultPhase.Download,
            "An error with the value as status.", 500, 400, 599),
        new(FaultKind.SlowContent, FaultPhase.Download,
            "The download stops at half for the value in seconds, then goes on.", 10, 0, Day),
    ];

    public static FaultDefinition? Find(string word) => All.FirstOrDefault(fault => fault.Word == word);

    public static FaultDefinition Of(FaultKind kind) => All.First(fault => fault.Kind == kind);
}

/// <summary>One kind of fault.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Phase">What it strikes.</param>
/// <param name="Summary">What happens, in one sentence.</param>
/// <param name="DefaultValue">The value where none is given.</param>
/// <param name="MinValue">The smallest value.</param>
/// <param name="MaxValue">The largest value; 0 for a fault that has none.</param>
internal sealed record FaultDefinition(
    FaultKind Kind,
    FaultPhase Phase,
    string Summary,
    double DefaultValue = 0,
    double MinValue = 0,
    double MaxValue = 0)
{
    /// <summary>The word that asks for it.</summary>
    public string Word { get; } = JsonNamingPolicy.KebabCaseLower.ConvertName(Kind.ToString());
}

/// <summary>What a fault strikes, hence what its <c>*N</c> counts.</summary>
internal enum FaultPhase
{
    /// <summary>The create or remix call; <c>*N</c> counts calls with the same prompt.</summary>
    Call,

    /// <summary>The video for all of its life; <c>*N</c> means nothing.</summary>
    Job,

    /// <summary>Downloads of the video variant; <c>*N</c> counts downloads of one video.</summary>
    Download,
}
