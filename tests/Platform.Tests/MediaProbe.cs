using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Xunit;

namespace Sora.Platform.Tests;

/// <summary>What ffprobe says about a file.</summary>
internal sealed record MediaProbe(string Codec, int Width, int Height, double Seconds)
{
    public static async Task<MediaProbe> ReadAsync(byte[] bytes)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(file, bytes);
            var start = new ProcessStartInfo("ffprobe", ["-v", "error", "-of", "json", "-show_streams", "-show_format", file])
            {
                RedirectStandardOutput = true,
            };
            using var ffprobe = Process.Start(start)!;
            var json = JsonNode.Parse(await ffprobe.StandardOutput.ReadToEndAsync())!;
            await ffprobe.WaitForExitAsync();
            Assert.Equal(0, ffprobe.ExitCode);
            var stream = json["streams"]!.AsArray().First(stream => stream!["codec_type"]!.GetValue<string>() == "video")!;
            var seconds = json["format"]?["duration"]?.GetValue<string>() ?? "0";
            return new MediaProbe(
                stream["codec_name"]!.GetValue<string>(),
                stream["width"]!.GetValue<int>(),
                stream["height"]!.GetValue<int>(),
                double.Parse(seconds, CultureInfo.InvariantCulture));
        }
        finally
        {
            File.Delete(file);
        }
    }
}
