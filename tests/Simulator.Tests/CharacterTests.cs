using System.Text.Json;

namespace Sora.Simulator.Tests;

public sealed class CharacterTests(SharedSimulator shared)
{
    private readonly SimulatorHost _simulator = shared.Host;

    [Fact]
    public async Task A_character_is_kept_shown_and_outlives_a_restart()
    {
        var folder = SimulatorHost.NewFolder();
        try
        {
            JsonElement created;
            await using (var simulator = SimulatorHost.StartIn(folder))
            {
                created = await CreateAsync(simulator, "Mossy", "green");
            }

            await using var restarted = SimulatorHost.StartIn(folder);
            var shown = await restarted.GetAsync($"/v1/videos/characters/{created.Text("id")}");

            Assert.Equal(["id", "name", "created_at"], created.EnumerateObject().Select(field => field.Name));
            Assert.Matches("^char_[0-9a-f]{48}$", created.Text("id"));
            Assert.Equal(created.GetRawText(), shown.GetRawText());
            Assert.Equal(0, (await restarted.ChargesAsync()).Number("count"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Two_characters_are_seen_in_the_picture()
    {
        await using var simulator = SimulatorHost.Start(("Cheap", "false"));
        var green = (await CreateAsync(simulator, "Mossy", "green")).Text("id");
        var red = (await CreateAsync(simulator, "Ruby", "red")).Text("id");
        using var form = new MultipartFormDataContent
        {
            { new StringContent("Mossy and Ruby dance"), "prompt" },
            { new StringContent("1280x720"), "size" },
            { new StringContent(green), "characters[][id]" },
            { new StringContent(red), "characters[][id]" },
        };
        using var answer = await simulator.Client.PostAsync("/v1/videos", form);
        var video = await simulator.EndAsync((await answer.Content.ReadFromJsonAsync<JsonElement>()).Text("id"));
        var clip = await simulator.SaveAsync(video.Text("id"));

        // The first is in the corner, the second to its left.
        Assert.True(TestMedia.Pixel(clip, 1, 1168, 100) is { Red: < 60, Green: > 100 });
        Assert.True(TestMedia.Pixel(clip, 1, 984, 100) is { Red: > 200, Green: < 60 });
    }

    [Fact]
    public async Task Characters_must_exist_be_named_in_the_prompt_and_be_two_at_most()
    {
        var id = (await CreateAsync(_simulator, "Mossy", "green")).Text("id");

        Assert.Equal("characters", await RefusedAsync("x", "char_nobody"));
        Assert.Equal("prompt", await RefusedAsync("mossy is not the same", id));
        Assert.Equal("characters", await RefusedAsync("Mossy", id, id, id));
    }

    [Theory]
    [InlineData("1280x720", 5)]
    [InlineData("1280x720", 1)]
    [InlineData("640x360", 3)]
    [InlineData("1024x768", 3)]
    public async Task A_clip_of_another_shape_is_refused(string size, double seconds)
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent("Mossy"), "name" },
            { new ByteArrayContent(TestMedia.Video("green", size, seconds)), "video", "upload" },
        };
        using var answer = await _simulator.Client.PostAsync("/v1/videos/characters", form);

        Assert.Equal("invalid_video", (await answer.ErrorAsync()).Text("code"));
    }

    private async Task<string> RefusedAsync(string prompt, params string[] ids)
    {
        using var answer = await _simulator.PostAsync(
            "/v1/videos", new { prompt, characters = ids.Select(id => new { id }) });
        return (await answer.ErrorAsync()).Text("param");
    }

    private static async Task<JsonElement> CreateAsync(SimulatorHost simulator, string name, string colour)
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent(name), "name" },
            { new ByteArrayContent(TestMedia.Video(colour, "1280x720", 3)), "video", "upload" },
        };
        using var answer = await simulator.Client.PostAsync("/v1/videos/characters", form);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }
}
