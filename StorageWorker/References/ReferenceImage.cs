using Sora.StorageWorker.Objects;

namespace Sora.StorageWorker.References;

/// <summary>A kept image, as its row and as the answer to whoever had it kept.</summary>
/// <param name="ContentType">Its media type, from its bytes.</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Length">Length in bytes.</param>
/// <param name="Sha256">SHA-256 of its bytes, lowercase hex.</param>
internal sealed record ReferenceImage(string ContentType, int Width, int Height, long Length, string Sha256)
{
    /// <summary>The columns, in the order of the constructor.</summary>
    public const string Columns = "content_type, width, height, length, sha256";

    /// <summary>Where a video's image lies.</summary>
    public static ObjectKey Folder(string project, string videoId) => ObjectKey.Of("references", project, videoId);
}

/// <summary>The image cannot be taken.</summary>
/// <param name="code">The public error code.</param>
/// <param name="message">Why, in words for the user.</param>
internal sealed class ReferenceRefusedException(string code, string message) : Exception(message)
{
    /// <summary>The public error code.</summary>
    public string Code => code;
}
