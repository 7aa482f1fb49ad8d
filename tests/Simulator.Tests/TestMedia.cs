using System.Diagnostics;
using System.Globalization;

namespace Sora.Simulator.Tests;

/// <summary>Makes media with ffmpeg and looks into them.</summary>
internal static class TestMedia
{
    /// <summary>A silent MP4 in one colour.</summary>
    public static byte[] Video(string colour, string size, double seconds)
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():n}.mp4");
        try
        {
            Run(
                "ffmpeg", "-v", "error", "-f", "lavfi", "-i", string.Create(
                    CultureInfo.InvariantCulture, $"color=c={colour}:s={size}:r=24:d={seconds}"),
                "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", path);
            return File.ReadAllBytes(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Red, green and blue of a pixel.</summary>
    public static (int Red, int Green, int Blue) Pixel(string clip, double second, int x, int y)
    {
        var raw = $"{clip}.{Guid.NewGuid():n}.raw";
        Run(
            "ffmpeg", "-v", "error", "-ss", second.ToString(CultureInfo.InvariantCulture), "-i", clip, "-frames:v", "1",
            "-vf", $"crop=2:2:{x}:{y}", "-pix_fmt", "rgb24", "-f", "rawvideo", raw);
        var bytes = File.ReadAllBytes(raw);
        return (bytes[0], bytes[1], bytes[2]);
    }

    /// <summary>A program's output; it must end well and say nothing on its error stream.</summary>
    public static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal((0, ""), (process.ExitCode, errors.GetAwaiter().GetResult()));
        return output;
    }
}
