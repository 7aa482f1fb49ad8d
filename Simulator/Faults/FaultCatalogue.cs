using System.Text.Json;

namespace Sora.Simulator.Faults;

/// <summary>The closed list of faults, with the word that asks for each; the same table is in <c>docs/simulator.md</c>.</summary>
internal static class FaultCatalogue
{
    private const double Day = 86_400;

    public static IReadOnlyList<FaultDefinition> All { get; } =
    [
        Call(FaultKind.RateLimit, 1, 0, Day, "Nothing is accepted: 429 with Retry-After, the value in seconds."),
        Call(FaultKind.ErrorBeforeAccept, 503, 400, 599, "Nothing is accepted: an error with the value as status."),
        Call(FaultKind.CutBeforeAccept, "Nothing is accepted: the connection is cut."),
        Call(FaultKind.LateAccept, 10, 0, Day, "Accepted only after the value in seconds, even if the caller has left."),
        Call(FaultKind.ErrorAfterAccept, 500, 400, 599, "Accepted and charged, then an error with the value as status."),
        Call(FaultKind.CutAfterAccept, "Accepted and charged, then the connection is cut."),
        Call(FaultKind.LateAnswer, 10, 0, Day, "Accepted and charged at once, answered after the value in seconds."),
        Call(FaultKind.BrokenAnswer, "Accepted and charged, then half of the JSON with status 200."),
        Call(FaultKind.CreateStatus, 202, 200, 202, "Accepted and answered with the value as status."),

        Job(FaultKind.Moderation, "Fails with moderation_blocked."),
        Job(FaultKind.FailAt, 50, 0, 99, "Fails with generation_failed at the value in percent."),
        Job(FaultKind.Stuck, 50, 0, 99, "Stays in_progress for ever at the value in percent."),
        Job(FaultKind.Slow, 60, 0, Day, "Takes the value in seconds."),
        Job(FaultKind.UnknownStatus, "Has the status \"processing\" until it ends."),
        Job(FaultKind.Unlisted, Day, 0, Day, "Is missing from lists for the value in seconds after acceptance."),

        Job(FaultKind.WebhookMissing, "Sends no event."),
        Job(FaultKind.WebhookDuplicate, 2, 2, 100, "Sends the event as many times as the value says, with one webhook-id."),
        Job(FaultKind.WebhookLate, 10, 0, Day, "Sends the event the value in seconds after the end."),
        Job(FaultKind.WebhookEarly, "Sends video.completed before the create is answered, and again at the end."),
        Job(FaultKind.WebhookOutOfOrder, "Sends the event at half time, and the opposite event after the end."),
        Job(FaultKind.WebhookForged, "Signs the event with another secret."),

        Download(FaultKind.Truncated, "The whole length is announced, the connection is cut at half of it."),
        Download(FaultKind.ShortFile, "The first half of the file is served as if it were the whole."),
        Download(FaultKind.Expired, 404, 400, 499, "The content is gone, with the value as status."),
        Download(FaultKind.NotMp4, "A JSON document is served as 200 video/mp4."),
        Download(FaultKind.ContentError, 500, 400, 599, "An error with the value as status."),
        Download(FaultKind.SlowContent, 10, 0, Day, "The download stops at half for the value in seconds, then goes on."),
    ];

    public static string Word(FaultKind kind) => JsonNamingPolicy.KebabCaseLower.ConvertName(kind.ToString());

    public static FaultDefinition? Find(string word) => All.FirstOrDefault(definition => definition.Word == word);

    private static FaultDefinition Call(FaultKind kind, string summary) => Call(kind, 0, 0, 0, summary);

    private static FaultDefinition Call(FaultKind kind, double value, double min, double max, string summary) =>
        new(kind, Word(kind), FaultPhase.Call, value, min, max, summary);

    private static FaultDefinition Job(FaultKind kind, string summary) => Job(kind, 0, 0, 0, summary);

    private static FaultDefinition Job(FaultKind kind, double value, double min, double max, string summary) =>
        new(kind, Word(kind), FaultPhase.Job, value, min, max, summary);

    private static FaultDefinition Download(FaultKind kind, string summary) => Download(kind, 0, 0, 0, summary);

    private static FaultDefinition Download(FaultKind kind, double value, double min, double max, string summary) =>
        new(kind, Word(kind), FaultPhase.Download, value, min, max, summary);
}

/// <summary>One kind of fault: its word, and the range of its value (0 to 0: it takes none).</summary>
internal sealed record FaultDefinition(
    FaultKind Kind,
    string Word,
    FaultPhase Phase,
    double DefaultValue,
    double MinValue,
    double MaxValue,
    string Summary);

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
