using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Xunit;

namespace Sora.Platform.Tests;

/// <summary>
/// Edits, extensions and characters through the whole platform: as forms in the manner of .NET, for which the official
/// client has no methods, and down to the frames and the money.
/// </summary>
public sealed class OperationTests(PlatformFixture platform)
{
    [Fact]
    public async Task An_extension_is_one_longer_clip_and_only_its_new_piece_is_charged()
    {
        var source = await FinishedAsync("A paper boat on a pond");
        var mark = Scenario.NewMark();

        var extension = await PostAsync(
            "extensions", ("prompt", $"It sails on [job:{mark}]"), ("seconds", "8"), ("video[id]", source));
        var ended = await platform.Http.WaitForEndAsync(Id(extension));

        Assert.Equal(("completed", "12"), (Text(ended, "status"), Text(ended, "seconds")));
        Assert.Equal(800_000, ended["sora"]!["cost"]!["charged_micro_usd"]!.GetValue<long>());
        Assert.Equal((1, 800_000), await ChargesAsync(mark));
        await AssertClipAsync(Id(extension), 12);
    }

    [Fact]
    public async Task A_source_that_the_upstream_has_forgotten_is_edited_from_our_own_bytes()
    {
        var mark = Scenario.NewMark();
        var source = await FinishedAsync($"A lighthouse [job:{mark}]");
        await ForgetAtUpstreamAsync(mark);

        var edit = await PostAsync("edits", ("prompt", "The same at night"), ("video[id]", source));
        var ended = await platform.Http.WaitForEndAsync(Id(edit));

        Assert.Equal(
            ("completed", "4", source),
            (Text(ended, "status"), Text(ended, "seconds"), Text(ended, "remixed_from_video_id")));
        await AssertClipAsync(Id(edit), 4);
    }

    [Fact]
    public async Task An_extension_can_be_extended_and_edited_in_turn()
    {
        var source = await FinishedAsync("A train in the distance");
        var longer = Id(await PostAsync("extensions", ("prompt", "nearer"), ("seconds", "4"), ("video[id]", source)));
        await platform.Http.WaitForEndAsync(longer);
        var longest = Id(await PostAsync("extensions", ("prompt", "here"), ("seconds", "4"), ("video[id]", longer)));
        Assert.Equal("completed", Text(await platform.Http.WaitForEndAsync(longest), "status"));
        var edit = Id(await PostAsync("edits", ("prompt", "in snow"), ("video[id]", longest)));
        var ended = await platform.Http.WaitForEndAsync(edit);

        Assert.Equal(("completed", "12"), (Text(ended, "status"), Text(ended, "seconds")));
        Assert.Equal(1_200_000, ended["sora"]!["cost"]!["charged_micro_usd"]!.GetValue<long>());
        await AssertClipAsync(edit, 12);
    }

    private async Task<string> FinishedAsync(string prompt)
    {
        var id = await platform.Http.CreateAsync(prompt);
        Assert.Equal("completed", Text(await platform.Http.WaitForEndAsync(id), "status"));
        return id;
    }

    // The names of MultipartFormDataContent's parts are not quoted, and each part has a content type.
    private async Task<JsonNode> PostAsync(string operation, params (string Name, string Value)[] fields)
    {
        using var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
        {
            form.Add(new StringContent(value), name);
        }

        using var answer = await platform.Http.PostAsync($"/v1/videos/{operation}", form);
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == 200, body);
        return JsonNode.Parse(body)!;
    }

    private async Task AssertClipAsync(string id, int seconds)
    {
        var media = await MediaProbe.ReadAsync(await platform.Http.GetByteArrayAsync($"/v1/videos/{id}/content"));

        Assert.Equal(("h264", 1280, 720), (media.Codec, media.Width, media.Height));
        Assert.Equal(seconds, media.Seconds, 0.1);
    }

    private async Task<(int Count, long MicroDollars)> ChargesAsync(string mark)
    {
        using var http = Simulator();
        var charges = (await http.GetFromJsonAsync<JsonNode>($"/simulator/charges?marker={mark}"))!;
        return (charges["count"]!.GetValue<int>(), charges["micro_dollars"]!.GetValue<long>());
    }

    private async Task ForgetAtUpstreamAsync(string mark)
    {
        using var http = Simulator();
        var charges = (await http.GetFromJsonAsync<JsonNode>($"/simulator/charges?marker={mark}"))!;
        var upstreamId = charges["data"]!.AsArray().Single()!["id"]!.GetValue<string>();
        using var forgotten = await http.DeleteAsync($"/simulator/videos/{upstreamId}");
        Assert.True(forgotten.IsSuccessStatusCode);
    }

    private HttpClient Simulator() => new()
    {
        BaseAddress = platform.System["simulator"].Address,
        DefaultRequestHeaders =
        {
            Authorization = new AuthenticationHeaderValue(
                "Bearer", platform.System["simulator"].Variables["Simulator__ApiKey"]),
        },
    };

    private static string Id(JsonNode video) => Text(video, "id")!;

    private static string? Text(JsonNode video, string name) => video[name]?.GetValue<string>();
}
