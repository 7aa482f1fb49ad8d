using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Options;
using Sora.StorageWorker.Objects;

namespace Sora.StorageWorker.Clips;

/// <summary>
/// Makes a clip's pictures from its video with ffmpeg, in a process of its own that knows nothing of ours:
/// decoding foreign bytes is the one thing here that may go wrong in unknown ways.
/// </summary>
internal sealed class FrameGrabber(IOptions<ClipOptions> options)
{
    private const int LongestError = 500;

    // Read the file and nothing that it may point to, with no single allocation beyond 256 MiB.
    private static readonly string[] InputArguments =
    [
        "-nostdin", "-v", "error", "-max_alloc", "268435456", "-threads", "1",
        "-protocol_whitelist", "file", "-f", "mp4",
    ];

    /// <summary>Fills the draft with the picture.</summary>
    /// <param name="variant">Thumbnail or spritesheet.</param>
    /// <param name="videoPath">The MP4 file.</param>
    /// <param name="seconds">Its length.</param>
    /// <param name="draft">Where the picture goes.</param>
    /// <param name="cancellationToken">Kills ffmpeg.</param>
    /// <returns>What went wrong, or null.</returns>
    /// <exception cref="IOException">The disk is full or broken.</exception>
    public async Task<string?> GrabAsync(
        ClipVariant variant, string videoPath, int seconds, Draft draft, CancellationToken cancellationToken)
    {
        try
        {
            using var process = Process.Start(Command(variant, videoPath, seconds))!;
            try
            {
                return await ReceiveAsync(process, draft, cancellationToken);
            }
            finally
            {
                process.Kill(entireProcessTree: true); // does nothing when it has ended
            }
        }
        catch (Win32Exception exception)
        {
            return $"{options.Value.Ffmpeg} cannot be started: {exception.Message}";
        }
    }

    private async Task<string?> ReceiveAsync(Process process, Draft draft, CancellationToken cancellationToken)
    {
        var errors = ReadErrorsAsync(process.StandardError, cancellationToken);
        var fits = await draft.FillAsync(
            process.StandardOutput.BaseStream, options.Value.MaxImageBytes, cancellationToken);
        if (!fits)
        {
            return "ffmpeg made a picture that is too large.";
        }

        await process.WaitForExitAsync(cancellationToken);
        var error = await errors;
        return process.ExitCode == 0 && draft.Length > 0 ? null : $"ffmpeg ended with {process.ExitCode}: {error}";
    }

    // A damaged file makes it talk without end: the beginning tells enough, the rest only has to be taken
    // away.
    private static async Task<string> ReadErrorsAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        var text = new char[LongestError];
        var length = await reader.ReadBlockAsync(text, cancellationToken);
        await reader.BaseStream.CopyToAsync(Stream.Null, cancellationToken);
        return new string(text, 0, length).Trim();
    }

    private ProcessStartInfo Command(ClipVariant variant, string videoPath, int seconds)
    {
        var start = new ProcessStartInfo(
            options.Value.Ffmpeg,
            [
                .. InputArguments, "-i", videoPath,
                "-an", "-frames:v", "1", .. OutputArguments(variant, seconds), "pipe:1",
            ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var path = start.Environment["PATH"];
        start.Environment.Clear(); // our connection strings and keys are none of its business
        start.Environment["PATH"] = path;
        return start;
    }

    private static string[] OutputArguments(ClipVariant variant, int seconds)
    {
        var rate = string.Create(CultureInfo.InvariantCulture, $"8/{Math.Max(1, seconds)}");
        return variant == ClipVariant.Thumbnail
            ? ["-vf", "scale=640:-2", "-c:v", "libwebp", "-f", "image2pipe"]
            : ["-vf", $"fps={rate},scale=320:-2,tile=4x2", "-c:v", "mjpeg", "-q:v", "4", "-f", "image2pipe"];
    }
}
