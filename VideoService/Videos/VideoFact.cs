using Sora.Upstreams;

namespace Sora.VideoService.Videos;

/// <summary>
/// Something that was learnt about a video. <see cref="VideoLifecycle"/> decides what follows, if anything.
/// </summary>
public abstract record VideoFact
{
    private VideoFact()
    {
    }

    /// <summary>QuotaService holds the money.</summary>
    public sealed record HoldGranted(long MicroUsd, int PriceVersion) : VideoFact;

    /// <summary>QuotaService holds the money and wants an approval.</summary>
    public sealed record ApprovalNeeded(
        long MicroUsd, int PriceVersion, string Reason, DateTimeOffset ExpiresAt) : VideoFact;

    /// <summary>A submitter takes it; the lease says until when nobody else may doubt that.</summary>
    public sealed record SubmissionStarted(TimeSpan Lease) : VideoFact;

    /// <summary>The upstream has it, as its answer or its list says.</summary>
    public sealed record SubmissionAccepted(string UpstreamId, TimeSpan FirstPoll) : VideoFact;

    /// <summary>This attempt surely did not reach the upstream, or was turned away for now.</summary>
    public sealed record SubmissionPutOff(int Attempt, TimeSpan Delay) : VideoFact;

    /// <summary>The upstream will never take it, as its answer to this attempt says.</summary>
    public sealed record SubmissionRefused(int Attempt, string Code, string Message) : VideoFact;

    /// <summary>The answer was lost, or the submitter was.</summary>
    public sealed record SubmissionUnclear(TimeSpan NextLook) : VideoFact;

    /// <summary>
    /// The upstream's list shows no match after this attempt's quiet period: it may be submitted again.
    /// </summary>
    public sealed record SubmissionNotThere(int Attempt) : VideoFact;

    /// <summary>The upstream told its state.</summary>
    public sealed record Observed(UpstreamVideo Video, TimeSpan NextPoll) : VideoFact;

    /// <summary>The upstream does not know the video.</summary>
    public sealed record Missed(TimeSpan NextPoll, int Limit) : VideoFact;

    /// <summary>The upstream could not be asked.</summary>
    public sealed record PollFailed(TimeSpan NextPoll) : VideoFact;

    /// <summary>The upstream sent a webhook about it: look now.</summary>
    public sealed record Notified : VideoFact;

    /// <summary>StorageWorker has the clip.</summary>
    public sealed record ClipKept(int Epoch) : VideoFact;

    /// <summary>StorageWorker cannot get the clip.</summary>
    public sealed record ClipGone(int Epoch, string Code, string Message) : VideoFact;

    /// <summary>StorageWorker has not answered for long: ask it again.</summary>
    public sealed record SavingOverdue(TimeSpan NextReminder) : VideoFact;

    /// <summary>The owner wants it stopped.</summary>
    public sealed record Cancelled : VideoFact;

    /// <summary>The owner deleted it.</summary>
    public sealed record Deleted : VideoFact;

    /// <summary>The upstream was told to stop, and bills such an end or does not.</summary>
    public sealed record Stopped(bool Billed) : VideoFact;

    /// <summary>Its time is over.</summary>
    public sealed record DeadlinePassed(TimeSpan LateLook) : VideoFact;
}
