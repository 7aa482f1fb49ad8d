using System.Security.Cryptography;
using System.Text.Json;
using Sora.Simulator.Rendering;

namespace Sora.Simulator.Tests;

public sealed class RenderingTests
{
    [Fact]
    public async Task The_same_order_gives_the_same_bytes_and_another_prompt_gives_others()
    {
        await using var one = SimulatorHost.Start(("Cheap", "false"));
        await using var other = SimulatorHost.Start(("Cheap", "false"), ("ClipFolder", "clips"));
        var fox = HashAsync(one, "a fox in the snow");
        var again = HashAsync(other, "a fox in the snow");
        var bear = HashAsync(one, "a bear in the snow");

        Assert.Equal(await fox, await again);
        Assert.NotEqual(await fox, await bear);
    }

    [Fact]
    public async Task Every_size_has_that_size_length_sound_and_rate()
    {
        string[] sizes = ["720x1280", "1280x720", "1024x1792", "1792x1024", "1080x1920", "1920x1080"];
        await using var simulator = SimulatorHost.Start(("MaxRenders", "2"));
        await Task.WhenAll(sizes.Select(async size =>
            AssertShape(await DownloadAsync(simulator, "a fox", size), size, 4)));
        AssertShape(await DownloadAsync(simulator, "a fox", "720x1280", "8"), "720x1280", 8);
    }

    [Fact]
    public async Task A_reference_image_opens_the_clip()
    {
        await using var simulator = SimulatorHost.Start(("Cheap", "false"));
        var image = Path.Combine(simulator.DataFolder, "red.png");
        TestMedia.Run("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "color=c=red:s=1280x720:d=0.04", "-frames:v", "1", image);
        using var form = new MultipartFormDataContent
        {
            { new StringContent("a fox"), "prompt" },
            { new StringContent("1280x720"), "size" },
            { new ByteArrayContent(await File.ReadAllBytesAsync(image)), "input_reference", "upload" },
        };
        using var answer = await simulator.Client.PostAsync("/v1/videos", form);
        var video = await simulator.EndAsync((await answer.Content.ReadFromJsonAsync<JsonElement>()).Text("id"));
        var clip = await simulator.SaveAsync(video.Text("id"));

        var (red, green, _) = TestMedia.Pixel(clip, 0, 640, 360);
        Assert.True(red > 200 && green < 60, $"The first frame is not the red image: red {red}, green {green}.");
    }

    [Fact]
    public async Task A_reference_image_of_another_size_is_refused()
    {
        await using var simulator = SimulatorHost.Start();
        var image = Path.Combine(simulator.DataFolder, "small.png");
        TestMedia.Run("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "color=c=red:s=64x64:d=0.04", "-frames:v", "1", image);
        var url = $"data:image/png;base64,{Convert.ToBase64String(await File.ReadAllBytesAsync(image))}";
        using var answer = await simulator.PostAsync(
            "/v1/videos", new { prompt = "x", input_reference = new { image_url = url } });

        var message = (await answer.ErrorAsync()).Text("message");
        Assert.Equal("Inpaint image must match the requested width and height", message);
        Assert.Equal(0, (await simulator.ChargesAsync()).Number("count"));
    }

    [Fact]
    public async Task An_ffmpeg_that_takes_too_long_is_killed_and_the_video_fails()
    {
        await using var simulator = SimulatorHost.Start(("Cheap", "false"), ("RenderLimit", "00:00:01"));
        using var answer = await simulator.PostAsync(
            "/v1/videos", new { prompt = "x", model = "sora-2-pro", size = "1920x1080", seconds = "20" });
        var video = await simulator.EndAsync((await answer.Content.ReadFromJsonAsync<JsonElement>()).Text("id"));

        Assert.Equal("generation_failed", video.GetProperty("error").Text("code"));
    }

    [Fact]
    public void A_caption_keeps_within_its_lines_and_says_when_it_is_cut()
    {
        var words = string.Join(" \t\n\u0007", Enumerable.Repeat("word", 200));
        var caption = Caption.Wrap($"{new string('x', 30)} {words}", 20, 4);

        Assert.Equal(4, caption.Split('\n').Length);
        Assert.All(caption.Split('\n'), line => Assert.InRange(line.Length, 1, 21));
        Assert.EndsWith("…", caption, StringComparison.Ordinal);
        Assert.Equal("%{pts}\n'quoted':", Caption.Wrap("%{pts} 'quoted':", 9, 4));
    }

    private static async Task<string> HashAsync(SimulatorHost simulator, string prompt)
    {
        var path = await DownloadAsync(simulator, prompt, "720x1280");
        return Convert.ToHexString(SHA256.HashData(await File.ReadAllBytesAsync(path)));
    }

    private static async Task<string> DownloadAsync(
        SimulatorHost simulator,
        string prompt,
        string size,
        string seconds = "4") =>
        await simulator.SaveAsync((await simulator.CreateAndEndAsync(prompt, size, seconds)).Text("id"));

    private static void AssertShape(string path, string size, int seconds)
    {
        var streams = TestMedia.Run(
            "ffprobe", "-v", "error", "-of", "csv=p=0:s=|",
            "-show_entries", "stream=codec_name,width,height,pix_fmt,r_frame_rate,duration", path);
        var (width, height) = (size.Split('x')[0], size.Split('x')[1]);
        Assert.Contains($"h264|{width}|{height}|yuv420p|24/1|{seconds}.000000", streams, StringComparison.Ordinal);
        Assert.Contains($"aac|0/0|{seconds}.000000", streams, StringComparison.Ordinal);
    }
}
