using Sora.StorageWorker.Objects;

namespace Sora.StorageWorker.Clips;

/// <summary>
/// A clip that this worker may work on until its lease ends. Writes are fenced by <see cref="Attempt"/>.
/// </summary>
internal sealed record ClipClaim
{
    /// <summary>Our id, <c>video_…</c>.</summary>
    public required string VideoId { get; init; }

    /// <summary>The project that owns it.</summary>
    public required string Project { get; init; }

    /// <summary>
    /// What there is to do: <c>wanted</c>, <c>stored</c> (a picture is missing), <c>deleted</c> or
    /// <c>expired</c>.
    /// </summary>
    public required string State { get; init; }

    /// <summary>The epoch of the message that asked for it.</summary>
    public required int Epoch { get; init; }

    /// <summary>The number of this claim.</summary>
    public required int Attempt { get; init; }

    /// <summary>The upstream's name; empty for a deletion that came first.</summary>
    public string Upstream { get; init; } = "";

    /// <summary>The credential's name.</summary>
    public string Credential { get; init; } = "";

    /// <summary>The upstream's id of the video.</summary>
    public string UpstreamId { get; init; } = "";

    /// <summary>Asked length in seconds.</summary>
    public int Seconds { get; init; }

    /// <summary>The trace of the job, or null.</summary>
    public string? Traceparent { get; init; }

    /// <summary>Where all attempts' files lie.</summary>
    public ObjectKey Folder => ObjectKey.Of("clips", Project, VideoId);

    /// <summary>
    /// Where an attempt's files go, and nobody else's: an overtaken worker cannot touch a stored clip.
    /// </summary>
    public ObjectKey FolderOf(int attempt) => Folder.Child($"{attempt}");
}
