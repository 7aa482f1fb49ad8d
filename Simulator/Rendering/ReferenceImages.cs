using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace Sora.Simulator.Rendering;

/// <summary>Reference images by their SHA-256, on disk.</summary>
internal sealed class ReferenceImages(Ffmpeg ffmpeg, IOptions<SimulatorOptions> options)
{
    private readonly string _folder = Path.Combine(options.Value.DataFolder, "references");

    /// <summary>Keeps an image and returns its SHA-256; null when it is no image of that size.</summary>
    /// <param name="image">JPEG, PNG or WebP.</param>
    /// <param name="size">The size that it must have, <c>WIDTHxHEIGHT</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<string?> KeepAsync(byte[] image, string size, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_folder);
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(image));
        var path = PathOf(sha256);
        await File.WriteAllBytesAsync(path, image, cancellationToken);
        try
        {
            string[] arguments =
            [
                "-v", "error", "-select_streams", "v:0", "-show_entries", "stream=width,height",
                "-of", "csv=s=x:p=0", path,
            ];
            var measured = await ffmpeg.RunAsync("ffprobe", _folder, arguments, cancellationToken);
            return measured.Trim() == size ? sha256 : null;
        }
        catch (RenderingFailedException)
        {
            return null;
        }
    }

    [return: NotNullIfNotNull(nameof(sha256))]
    public string? PathOf(string? sha256) => sha256 is null ? null : Path.Combine(_folder, sha256);
}
