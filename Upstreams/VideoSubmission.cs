namespace Sora.Upstreams;

/// <summary>One attempt to have a video rendered.</summary>
/// <param name="AttemptKey">
/// <c>job-{id}-{n}</c>, sent as <c>Idempotency-Key</c>: the same for a repeat of the same attempt.
/// </param>
/// <param name="Model">The upstream's name of the model.</param>
/// <param name="Prompt">What to show.</param>
/// <param name="Size"><c>WIDTHxHEIGHT</c> in pixels.</param>
/// <param name="Seconds">Length of the clip in seconds.</param>
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
    /// <summary>Names the attempt without its prompt, which belongs to the customer and in no log.</summary>
    public override string ToString() => $"{AttemptKey} ({Model}, {Size}, {Seconds} s)";
}

/// <summary>An image to begin the clip with.</summary>
/// <param name="ContentType"><c>image/jpeg</c>, <c>image/png</c> or <c>image/webp</c>.</param>
/// <param name="Bytes">The image file.</param>
public sealed record ReferenceImage(string ContentType, ReadOnlyMemory<byte> Bytes);
