namespace Sora.Upstreams;

/// <summary>What a look at a video showed.</summary>
public abstract record LookOutcome
{
    private LookOutcome()
    {
    }

    /// <summary>The upstream knows it.</summary>
    public sealed record Seen(UpstreamVideo Video) : LookOutcome;

    /// <summary>The upstream says that it has no such video.</summary>
    public sealed record Missing : LookOutcome;

    /// <summary>Nothing is known about it now: look again later.</summary>
    /// <param name="Reason">One of <see cref="UpstreamFaults"/>, or <c>http_NNN</c>.</param>
    /// <param name="RetryAfter">How long the upstream asks to wait, or null.</param>
    public sealed record Unavailable(string Reason, TimeSpan? RetryAfter) : LookOutcome;
}
