using System.Diagnostics;
using System.Globalization;

namespace Sora.StorageWorker.Tests.Drivers;

/// <summary>Real media, made once by ffmpeg.</summary>
internal static class Media
{
    public const int Width = 320;
    public const int Height = 180;

    private static readonly Lazy<byte[]> LazyMp4 = new(() => Make(
        "clip.mp4", "-t", "2", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-movflags", "+faststart"));

    private static readonly Lazy<byte[]> LazyPng = new(() => Make("image.png", "-frames:v", "1"));
    private static readonly Lazy<byte[]> LazyJpeg = new(() => Make("image.jpg", "-frames:v", "1", "-q:v", "4"));
    private static readonly Lazy<byte[]> LazyLossy = new(() => Make("lossy.webp", "-frames:v", "1", "-c:v", "libwebp"));
    private static readonly Lazy<byte[]> LazyLossless = new(() => Make(
        "lossless.webp", "-frames:v", "1", "-c:v", "libwebp", "-lossless", "1"));

    public static byte[] Mp4 => LazyMp4.Value;

    public static byte[] Png => LazyPng.Value;

    public static byte[] Jpeg => LazyJpeg.Value;

    public static byte[] LossyWebP => LazyLossy.Value;

    public static byte[] LosslessWebP => LazyLossless.Value;

    /// <summary>The lossy picture after an extended header.</summary>
    public static byte[] ExtendedWebP(byte flags = 0, int width = Width, int height = Height) =>
    [
        .. "RIFF"u8, .. BitConverter.GetBytes(LossyWebP.Length - 8 + 18), .. "WEBP"u8,
        .. "VP8X"u8, .. BitConverter.GetBytes(10), flags, 0, 0, 0,
        .. BitConverter.GetBytes(width - 1).AsSpan(0, 3), .. BitConverter.GetBytes(height - 1).AsSpan(0, 3),
        .. LossyWebP.AsSpan(12),
    ];

    /// <summary>
    /// What ffprobe says about a file: format, size and length, for example <c>mp4 320x180 2.0</c>.
    /// </summary>
    public static async Task<string> ProbeAsync(byte[] bytes)
    {
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(path, bytes);
            var text = await RunAsync(
                "ffprobe", "-v", "error", "-show_entries", "stream=codec_name,width,height", "-of", "csv=p=0", path);
            return text.Trim();
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>A silent MP4 of any size and length.</summary>
    public static byte[] Video(string size, double seconds) => Make(
        "video.mp4", "-vf", $"scale={size.Replace('x', ':')}", "-t", seconds.ToString(CultureInfo.InvariantCulture),
        "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p");

    private static byte[] Make(string name, params string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory("sora-media-");
        try
        {
            var path = Path.Combine(folder.FullName, name);
            using var process = Process.Start(
                "ffmpeg",
                ["-v", "error", "-f", "lavfi", "-i", $"testsrc2=size={Width}x{Height}:rate=24", .. arguments, path]);
            process.WaitForExit();
            return File.ReadAllBytes(path);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output;
    }
}
