using Sora.StorageWorker.Objects;

namespace Sora.StorageWorker.Uploads;

/// <summary>A kept upload, as its row and as the answer to whoever had it kept.</summary>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Milliseconds">Its length in time.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Sha256">SHA-256 of its bytes, lowercase hex.</param>
internal sealed record UploadedVideo(int Width, int Height, int Milliseconds, long Length, string Sha256)
{
    /// <summary>The columns, in the order of the constructor.</summary>
    public const string Columns = "width, height, milliseconds, length, sha256";

    /// <summary>Where an upload lies.</summary>
    public static ObjectKey Folder(string project, string id) => ObjectKey.Of("uploads", project, id);
}

/// <summary>The upload cannot be taken.</summary>
/// <param name="code">The public error code.</param>
/// <param name="message">Why, in words for the user.</param>
internal sealed class UploadRefusedException(string code, string message) : Exception(message)
{
    /// <summary>The public error code.</summary>
    public string Code => code;
}
