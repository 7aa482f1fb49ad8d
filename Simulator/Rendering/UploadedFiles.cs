using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace Sora.Simulator.Rendering;

/// <summary>What callers uploaded, reference images and videos, by its SHA-256 on disk.</summary>
internal sealed class UploadedFiles(Ffmpeg ffmpeg, IOptions<SimulatorOptions> options)
{
    private readonly string _folder = Path.Combine(options.Value.DataFolder, "references");

    /// <summary>Keeps an image and returns its SHA-256; null when it is no image of that size.</summary>
    /// <param name="image">JPEG, PNG or WebP.</param>
    /// <param name="size">The size that it must have, <c>WIDTHxHEIGHT</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<string?> KeepImageAsync(byte[] image, string size, CancellationToken cancellationToken) =>
        await KeepAsync(image, cancellationToken) is { } file && file.Size == size ? file.Sha256 : null;

    /// <summary>Keeps a video; null when it is none.</summary>
    public async Task<UploadedVideo?> KeepVideoAsync(byte[] video, CancellationToken cancellationToken) =>
        await KeepAsync(video, cancellationToken) is { Seconds: > 0 } file ? file : null;

    [return: NotNullIfNotNull(nameof(sha256))]
    public string? PathOf(string? sha256) => sha256 is null ? null : Path.Combine(_folder, sha256);

    private async Task<UploadedVideo?> KeepAsync(byte[] bytes, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_folder);
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes));
        var path = PathOf(sha256);
        await File.WriteAllBytesAsync(path, bytes, cancellationToken);
        try
        {
            string[] arguments =
            [
                "-v", "error", "-select_streams", "v:0", "-show_entries", "stream=width,height:format=duration",
                "-of", "csv=s=x:p=0", path,
            ];
            var lines = (await ffmpeg.RunAsync("ffprobe", _folder, arguments, cancellationToken)).Trim().Split('\n');
            var seconds = double.TryParse(lines[^1], CultureInfo.InvariantCulture, out var duration) ? duration : 0;
            return new UploadedVideo(sha256, lines[0], seconds);
        }
        catch (RenderingFailedException)
        {
            return null;
        }
    }
}

/// <summary>An uploaded video.</summary>
/// <param name="Sha256">Names the file.</param>
/// <param name="Size"><c>WIDTHxHEIGHT</c> in pixels.</param>
/// <param name="Seconds">Its length, as its container says.</param>
internal sealed record UploadedVideo(string Sha256, string Size, double Seconds);
