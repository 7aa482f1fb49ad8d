namespace Sora.Upstreams;

/// <summary>What became of the wish to have a character.</summary>
public abstract record CharacterOutcome
{
    private CharacterOutcome()
    {
    }

    /// <summary>The upstream has it.</summary>
    /// <param name="Id">The upstream's id of it, of the form that the dialect allows.</param>
    public sealed record Created(string Id) : CharacterOutcome;

    /// <summary>The upstream does not take this clip or name.</summary>
    /// <param name="Code">The upstream's error code, or <c>upstream_refused</c>.</param>
    /// <param name="Message">The upstream's message as one line, without addresses, ids or keys.</param>
    public sealed record Refused(string Code, string Message) : CharacterOutcome;

    /// <summary>It cannot be had now: try again later.</summary>
    /// <param name="Reason">One of <see cref="UpstreamFaults"/>, or <c>http_NNN</c>.</param>
    /// <param name="RetryAfter">How long the upstream asks to wait, or null.</param>
    public sealed record Unavailable(string Reason, TimeSpan? RetryAfter) : CharacterOutcome;
}
