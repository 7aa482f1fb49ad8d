namespace Sora.Upstreams;

/// <summary>What became of the wish to read a video's bytes.</summary>
public abstract record ContentOutcome
{
    private ContentOutcome()
    {
    }

    /// <summary>The bytes are coming. Dispose it to give the connection back.</summary>
    /// <param name="Body">
    /// Fails with an <see cref="IOException"/> when the upstream falls silent or closes before
    /// <paramref name="Length"/>.
    /// </param>
    /// <param name="Length">
    /// Length in bytes as announced, or null: then an upstream that closes early may look like the end, and only the
    /// container's structure tells.
    /// </param>
    /// <param name="ContentType">The announced media type, or null. It proves nothing: check the bytes.</param>
    public sealed record Opened(Stream Body, long? Length, string? ContentType) : ContentOutcome, IAsyncDisposable
    {
        /// <summary>Ends the download, finished or not.</summary>
        public ValueTask DisposeAsync() => Body.DisposeAsync();
    }

    /// <summary>The upstream does not have it.</summary>
    /// <param name="Reason">One of <see cref="UpstreamFaults"/>, or <c>http_NNN</c>.</param>
    public sealed record Missing(string Reason) : ContentOutcome;

    /// <summary>It cannot be had now: try again later.</summary>
    /// <param name="Reason">One of <see cref="UpstreamFaults"/>, or <c>http_NNN</c>.</param>
    /// <param name="RetryAfter">How long the upstream asks to wait, or null.</param>
    public sealed record Unavailable(string Reason, TimeSpan? RetryAfter) : ContentOutcome;
}
