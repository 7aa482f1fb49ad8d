namespace Sora.VideoService.Videos;

/// <summary>Money in micro-dollars (1 000 000 are one US dollar). Of the three amounts two are zero.</summary>
/// <param name="HeldMicroUsd">Reserved while the job runs.</param>
/// <param name="ChargedMicroUsd">
/// Paid: the whole price of a finished video, and of a cancelled one that its upstream bills; nothing for any other.
/// </param>
/// <param name="ReleasedMicroUsd">Was reserved and is free again.</param>
/// <param name="Reason">
/// Why: <c>running</c>, <c>awaiting_approval</c>, <c>cancelling</c>; <c>completed</c>; <c>cancelled_before_submission</c>,
/// <c>cancelled_unbilled</c>, <c>cancelled_billed</c> (the upstream does not, or does, bill what was begun);
/// <c>failed</c>, <c>rejected</c>, <c>expired</c>.
/// </param>
/// <param name="PriceVersion">The version of the price book that it was priced by.</param>
public sealed record VideoResourceCost(
    long HeldMicroUsd, long ChargedMicroUsd, long ReleasedMicroUsd, string Reason, int? PriceVersion)
{
    public static VideoResourceCost From(Video video)
    {
        var amount = video.HeldMicroUsd;
        var isCharged = video.Stage is VideoStage.Ready || video.CustomerPays;
        return video.Stage.IsTerminal()
            ? new(0, isCharged ? amount : 0, isCharged ? 0 : amount, ReasonOf(video), video.PriceVersion)
            : new(amount, 0, 0, ReasonOf(video), video.PriceVersion);
    }

    private static string ReasonOf(Video video) => video.Stage switch
    {
        VideoStage.AwaitingApproval or VideoStage.Cancelling or VideoStage.Failed or VideoStage.Rejected
            or VideoStage.Expired => video.Stage.Name(),
        VideoStage.Ready => "completed",
        VideoStage.Cancelled when video.CustomerPays => "cancelled_billed",
        VideoStage.Cancelled => video.UpstreamId is null ? "cancelled_before_submission" : "cancelled_unbilled",
        _ => "running",
    };
}
