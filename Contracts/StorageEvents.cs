namespace Sora.Contracts;

/// <summary>The clip lies in the object store, checked and durable, and can be served.</summary>
/// <param name="VideoId">Our id, <c>video_…</c>.</param>
/// <param name="Epoch">The epoch of the <see cref="VideoRendered"/> that asked for it.</param>
/// <param name="Length">Length of the video file in bytes.</param>
/// <param name="Sha256">SHA-256 of the video file, lowercase hex.</param>
/// <param name="StoredAt">When its row was committed.</param>
public sealed record ClipStored(string VideoId, int Epoch, long Length, string Sha256, DateTimeOffset StoredAt);

/// <summary>The clip cannot be stored: it is gone at the upstream, or broken there time after time.</summary>
/// <param name="VideoId">Our id, <c>video_…</c>.</param>
/// <param name="Epoch">The epoch of the <see cref="VideoRendered"/> that asked for it.</param>
/// <param name="Code">The public error code, for example <c>asset_lost</c>.</param>
/// <param name="Message">The public error message.</param>
public sealed record ClipLost(string VideoId, int Epoch, string Code, string Message);
