namespace Sora.Upstreams;

/// <summary>What became of a submission. Only <see cref="PutOff"/> may simply be sent again.</summary>
public abstract record SubmitOutcome
{
    private SubmitOutcome()
    {
    }

    /// <summary>The upstream renders it, and will charge for it.</summary>
    public sealed record Accepted(UpstreamVideo Video) : SubmitOutcome;

    /// <summary>Surely not accepted, and the reason passes: send it again later.</summary>
    /// <param name="Reason">One of <see cref="UpstreamFaults"/>, or <c>http_NNN</c>.</param>
    /// <param name="RetryAfter">How long the upstream asks to wait, or null.</param>
    public sealed record PutOff(string Reason, TimeSpan? RetryAfter) : SubmitOutcome;

    /// <summary>Surely not accepted, and never will be: the job fails.</summary>
    /// <param name="Code">The upstream's error code, or <c>upstream_refused</c>.</param>
    /// <param name="Message">The upstream's message as one line, without addresses, ids or keys.</param>
    public sealed record Refused(string Code, string Message) : SubmitOutcome;

    /// <summary>Perhaps accepted, perhaps charged: nobody may send it again without looking first.</summary>
    /// <param name="Reason">One of <see cref="UpstreamFaults"/>, or <c>http_NNN</c>.</param>
    public sealed record Ambiguous(string Reason) : SubmitOutcome;
}
