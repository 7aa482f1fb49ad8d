using Sora.Upstreams.OpenAIVideos;

namespace Sora.Upstreams;

/// <summary>One attempt to have a video rendered.</summary>
/// <param name="AttemptKey">
/// <c>job-{id}-{n}</c>, sent as <c>Idempotency-Key</c>: the same for a repeat of the same attempt.
/// </param>
/// <param name="Model">The upstream's name of the model.</param>
/// <param name="Prompt">What to show.</param>
/// <param name="Size"><c>WIDTHxHEIGHT</c> in pixels.</param>
/// <param name="Seconds">Length of the clip in seconds; for an extension, of the piece that it adds.</param>
/// <param name="Reference">The first frame, or null.</param>
/// <param name="RemixOf">
/// The upstream id of the video to remix, which then gives model, size and length; or null.
/// </param>
public sealed record VideoSubmission(
    string AttemptKey,
    string Model,
    string Prompt,
    string Size,
    int Seconds,
    ReferenceImage? Reference,
    string? RemixOf)
{
    /// <summary>The video that is edited or extended, which gives model and size; or null.</summary>
    public SubmissionSource? Source { get; init; }

    /// <summary>The upstream's ids of the characters that appear in it.</summary>
    public IReadOnlyList<string> Characters { get; init; } = [];

    /// <summary>What is asked of the upstream.</summary>
    public VideoOperation Operation => this switch
    {
        { Source.Use: SourceUse.Edit } => VideoOperation.Edit,
        { Source.Use: SourceUse.Extension } => VideoOperation.Extend,
        { RemixOf: not null } => VideoOperation.Remix,
        _ => VideoOperation.Create,
    };

    /// <summary>Names the attempt without its prompt, which belongs to the customer and in no log.</summary>
    public override string ToString() => $"{AttemptKey} ({Model}, {Size}, {Seconds} s)";
}

/// <summary>An image to begin the clip with.</summary>
/// <param name="ContentType"><c>image/jpeg</c>, <c>image/png</c> or <c>image/webp</c>.</param>
/// <param name="Bytes">The image file.</param>
public sealed record ReferenceImage(string ContentType, ReadOnlyMemory<byte> Bytes);

/// <summary>The video that a submission starts from, as the upstream's own or as a file: exactly one of the two.</summary>
/// <param name="Use">What is done with it.</param>
/// <param name="UpstreamId">The upstream's id of it, or null.</param>
/// <param name="File">Its bytes, or null.</param>
public sealed record SubmissionSource(SourceUse Use, string? UpstreamId, VideoFile? File);

/// <summary>What is done with a source.</summary>
public enum SourceUse
{
    /// <summary>Its frames are changed; the length stays.</summary>
    Edit,

    /// <summary>It goes on.</summary>
    Extension,
}

/// <summary>An MP4 to send, once.</summary>
/// <param name="Content">Its bytes from the current position on; closed by whoever sends it.</param>
/// <param name="Length">How many those are.</param>
public sealed record VideoFile(Stream Content, long Length);
