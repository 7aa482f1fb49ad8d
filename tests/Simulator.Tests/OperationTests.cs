using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Sora.Simulator.Tests;

/// <summary>Edits and extensions, by id and of uploaded videos.</summary>
public sealed class OperationTests
{
    [Fact]
    public async Task An_extension_is_the_source_and_a_new_piece_as_one_clip()
    {
        await using var simulator = SimulatorHost.Start(("Cheap", "false"));
        var source = await simulator.CreateAndEndAsync("a fox", "1280x720");
        var extension = await simulator.PostAndEndAsync(
            "/v1/videos/extensions", new { video = new { id = source.Text("id") }, prompt = "it runs off", seconds = "4" });
        var clip = await simulator.SaveAsync(extension.Text("id"));

        Assert.Equal(
            ("completed", "8", "1280x720", "sora-2", source.Text("id")),
            (extension.Text("status"), extension.Text("seconds"), extension.Text("size"), extension.Text("model"),
                extension.Text("remixed_from_video_id")));
        Assert.Equal(8, Length(clip), 0.1);
        TestMedia.Run("ffmpeg", "-v", "error", "-i", clip, "-f", "null", "-");
        var original = await simulator.SaveAsync(source.Text("id"));
        Assert.Equal(TestMedia.Pixel(original, 2, 640, 200), TestMedia.Pixel(clip, 2, 640, 200));
        var (last, next) = (TestMedia.Pixel(original, 3.9, 200, 200), TestMedia.Pixel(clip, 4.1, 200, 200));
        Assert.True(Distance(last, next) < 40, $"The new piece does not go on from the last frame: {last}, {next}.");
    }

    [Fact]
    public async Task An_edit_has_the_length_of_its_source_and_other_colours()
    {
        await using var simulator = SimulatorHost.Start(("Cheap", "false"));
        var source = await simulator.CreateAndEndAsync("a fox", "1280x720");
        var edit = await simulator.PostAndEndAsync(
            "/v1/videos/edits", new { video = new { id = source.Text("id") }, prompt = "in warm colours" });
        var (before, after) = (await simulator.SaveAsync(source.Text("id")), await simulator.SaveAsync(edit.Text("id")));

        Assert.Equal(
            ("completed", "4", source.Text("id")),
            (edit.Text("status"), edit.Text("seconds"), edit.Text("remixed_from_video_id")));
        Assert.Equal(4, Length(after), 0.1);
        var (one, other) = (TestMedia.Pixel(before, 2, 640, 200), TestMedia.Pixel(after, 2, 640, 200));
        Assert.True(Distance(one, other) > 20, $"The edit looks like its source: {one}, {other}.");
    }

    [Theory]
    [InlineData("edits", null, "2")]
    [InlineData("extensions", "4", "6")]
    public async Task An_uploaded_video_is_edited_and_extended(string operation, string? seconds, string total)
    {
        await using var simulator = SimulatorHost.Start(("Cheap", "false"));
        using var form = Form("a red wall", ("video", TestMedia.Video("red", "1280x720", 2)));
        if (seconds is not null)
        {
            form.Add(new StringContent(seconds), "seconds");
        }

        using var answer = await simulator.Client.PostAsync($"/v1/videos/{operation}", form);
        var video = await simulator.EndAsync((await answer.Content.ReadFromJsonAsync<JsonElement>()).Text("id"));
        var clip = await simulator.SaveAsync(video.Text("id"));

        Assert.Equal(("completed", total), (video.Text("status"), video.Text("seconds")));
        Assert.Equal(JsonValueKind.Null, video.GetProperty("remixed_from_video_id").ValueKind);
        Assert.Equal(double.Parse(total, CultureInfo.InvariantCulture), Length(clip), 0.1);
        if (seconds is not null)
        {
            Assert.True(TestMedia.Pixel(clip, 1, 640, 200) is { Red: > 200, Green: < 60 });
        }
    }

    [Fact]
    public async Task Every_operation_is_charged_for_what_it_adds()
    {
        await using var simulator = SimulatorHost.Start();
        var source = (await simulator.CreateAndEndAsync("a fox", seconds: "8")).Text("id");
        await simulator.PostAndEndAsync(
            "/v1/videos/extensions", new { video = new { id = source }, prompt = "on", seconds = "4" });
        await simulator.PostAndEndAsync("/v1/videos/edits", new { video = new { id = source }, prompt = "blue" });
        await simulator.PostAndEndAsync($"/v1/videos/{source}/remix", new { prompt = "again" });
        var charges = await simulator.ChargesAsync();

        Assert.Equal("""{"create":1,"extension":1,"edit":1,"remix":1}""", charges.GetProperty("operations").GetRawText());
        Assert.Equal(
            [8, 4, 8, 8], charges.GetProperty("data").EnumerateArray().Select(charge => charge.Number("seconds")));
        Assert.Equal(2_800_000, charges.Number("micro_dollars"));
    }

    [Fact]
    public async Task A_video_is_extended_six_times_and_to_120_seconds_at_most()
    {
        await using var simulator = SimulatorHost.Start();
        var six = await ExtendAsync(simulator, "4", 6);
        using var seventh = await PostExtensionAsync(simulator, six.Text("id"), "4");
        Assert.Equal(("28", "extension_limit_reached"), (six.Text("seconds"), (await seventh.ErrorAsync()).Text("code")));

        var long_ = await ExtendAsync(simulator, "20", 5);
        using var tooLong = await PostExtensionAsync(simulator, long_.Text("id"), "20");
        var error = await tooLong.ErrorAsync();
        Assert.Equal(("104", "seconds", "invalid_value"), (long_.Text("seconds"), error.Text("param"), error.Text("code")));
    }

    [Theory]
    [InlineData("edits", """{"prompt":"x"}""", 400, "video", "missing_required_parameter")]
    [InlineData("edits", """{"video":{"id":"video_1"}}""", 400, "prompt", "missing_required_parameter")]
    [InlineData("edits", """{"video":{"id":"video_1"},"prompt":"x"}""", 404, "video_id", "video_not_found")]
    [InlineData("edits", """{"video":{"id":5},"prompt":"x"}""", 400, "video[id]", "invalid_type")]
    [InlineData("extensions", """{"video":{"id":"video_1"},"prompt":"x"}""", 400, "seconds", "missing_required_parameter")]
    [InlineData("extensions", """{"video":{"id":"video_1"},"prompt":"x","seconds":"5"}""", 400, "seconds", "invalid_value")]
    public async Task A_bad_operation_is_refused_and_costs_nothing(
        string operation, string json, int status, string param, string code)
    {
        await using var simulator = SimulatorHost.Start();
        using var body = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        using var answer = await simulator.Client.PostAsync($"/v1/videos/{operation}", body);
        var error = await answer.ErrorAsync();

        Assert.Equal((status, param, code), ((int)answer.StatusCode, error.Text("param"), error.Text("code")));
        Assert.Equal(0, (await simulator.ChargesAsync()).Number("count"));
    }

    [Fact]
    public async Task A_source_must_be_completed_and_not_expired_and_a_file_must_be_a_video()
    {
        await using var simulator = SimulatorHost.Start(("ContentLifetime", "00:00:01"));
        var stuck = (await simulator.CreateAsync("a [fault:stuck]")).Text("id");
        using var unfinished = await simulator.PostAsync("/v1/videos/edits", new { video = new { id = stuck }, prompt = "x" });
        var old = (await simulator.CreateAndEndAsync("a fox")).Text("id");
        await Until.TrueAsync(async () =>
        {
            using var late = await simulator.PostAsync("/v1/videos/edits", new { video = new { id = old }, prompt = "x" });
            return late.StatusCode is HttpStatusCode.NotFound && (await late.ErrorAsync()).Text("code") is "video_expired";
        });
        using var form = Form("x", ("video", "no video at all"u8.ToArray()));
        using var unreadable = await simulator.Client.PostAsync("/v1/videos/edits", form);

        Assert.Equal("video_not_ready", (await unfinished.ErrorAsync()).Text("code"));
        Assert.Equal("invalid_video", (await unreadable.ErrorAsync()).Text("code"));
    }

    [Fact]
    public async Task Faults_strike_edits_and_extensions_too()
    {
        await using var simulator = SimulatorHost.Start();
        var source = (await simulator.CreateAndEndAsync("a fox")).Text("id");
        using var limited = await simulator.PostAsync(
            "/v1/videos/edits", new { video = new { id = source }, prompt = "x [fault:rate-limit]" });
        var blocked = await simulator.PostAndEndAsync(
            "/v1/videos/extensions", new { video = new { id = source }, prompt = "x [fault:moderation]", seconds = "4" });

        Assert.Equal(429, (int)limited.StatusCode);
        Assert.Equal("moderation_blocked", blocked.GetProperty("error").Text("code"));
    }

    internal static MultipartFormDataContent Form(string prompt, params (string Name, byte[] Bytes)[] files)
    {
        var form = new MultipartFormDataContent { { new StringContent(prompt), "prompt" } };
        foreach (var (name, bytes) in files)
        {
            form.Add(new ByteArrayContent(bytes), name, "upload");
        }

        return form;
    }

    private static async Task<JsonElement> ExtendAsync(SimulatorHost simulator, string seconds, int times)
    {
        var video = await simulator.CreateAndEndAsync("a fox");
        for (var i = 0; i < times; i++)
        {
            using var answer = await PostExtensionAsync(simulator, video.Text("id"), seconds);
            video = await simulator.EndAsync((await answer.Content.ReadFromJsonAsync<JsonElement>()).Text("id"));
        }

        return video;
    }

    private static Task<HttpResponseMessage> PostExtensionAsync(SimulatorHost simulator, string id, string seconds) =>
        simulator.PostAsync("/v1/videos/extensions", new { video = new { id }, prompt = "on and on", seconds });

    private static double Length(string clip) => double.Parse(
        TestMedia.Run("ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", clip),
        CultureInfo.InvariantCulture);

    private static int Distance((int Red, int Green, int Blue) one, (int Red, int Green, int Blue) other) =>
        Math.Abs(one.Red - other.Red) + Math.Abs(one.Green - other.Green) + Math.Abs(one.Blue - other.Blue);
}
