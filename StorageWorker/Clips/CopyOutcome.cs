using Sora.StorageWorker.Objects;

namespace Sora.StorageWorker.Clips;

/// <summary>
/// What became of one attempt to copy a file from its upstream. What our own disk or store does is an
/// exception.
/// </summary>
internal abstract record CopyOutcome
{
    private CopyOutcome()
    {
    }

    /// <summary>It is in the store. The draft still knows where its bytes can be read.</summary>
    public sealed record Kept(ClipFile File, Draft Draft) : CopyOutcome;

    /// <summary>The upstream says that it has none.</summary>
    public sealed record Missing(string Reason) : CopyOutcome;

    /// <summary>The bytes came to their end, and are not what they should be.</summary>
    public sealed record Broken(string Reason) : CopyOutcome;

    /// <summary>It could not be had this time.</summary>
    public sealed record Unavailable(string Reason, TimeSpan? RetryAfter) : CopyOutcome;
}
