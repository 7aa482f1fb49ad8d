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
    public async Task A_video_grows_by_extensions_and_only_the_new_pieces_are_charged()
    {
        var source = await FinishedAsync("A paper boat on a pond");
        var (first, second) = (Scenario.NewMark(), Scenario.NewMark());

        var longer = await ExtendAsync(source, $"It sails on [job:{first}]");
        var longest = await ExtendAsync(Text(longer, "id")!, $"It is out of sight [job:{second}]");

        Assert.Equal(("completed", "8", source), Shape(longer));
        Assert.Equal(("completed", "12", Text(longer, "id")), Shape(longest));
        Assert.Equal(400_000, longest["sora"]!["cost"]!["charged_micro_usd"]!.GetValue<long>());
        Assert.Equal(((1, 400_000), (1, 400_000)), (await ChargesAsync(first), await ChargesAsync(second)));
        await AssertClipAsync(Text(longest, "id")!, 12);
    }

    [Fact]
    public async Task A_source_that_the_upstream_has_forgotten_is_edited_from_our_own_bytes()
    {
        var mark = Scenario.NewMark();
        var source = await FinishedAsync($"A lighthouse [job:{mark}]");
        await ForgetAtUpstreamAsync(mark);

        var edit = await PostAndEndAsync("edits", ("prompt", "The same at night"), ("video[id]", source));

        Assert.Equal(("completed", "4", source), Shape(edit));
        await AssertClipAsync(Text(edit, "id")!, 4);
    }

    private async Task<string> FinishedAsync(string prompt)
    {
        var id = await platform.Http.CreateAsync(prompt);
        Assert.Equal("completed", Text(await platform.Http.WaitForEndAsync(id), "status"));
        return id;
    }

    private Task<JsonNode> ExtendAsync(string source, string prompt) =>
        PostAndEndAsync("extensions", ("prompt", prompt), ("seconds", "4"), ("video[id]", source));

    // The names of MultipartFormDataContent's parts are not quoted, and each part has a content type.
    private async Task<JsonNode> PostAndEndAsync(string operation, params (string Name, string Value)[] fields)
    {
        using var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
        {
            form.Add(new StringContent(value), name);
        }

        using var answer = await platform.Http.PostAsync($"/v1/videos/{operation}", form);
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == 200, body);
        return await platform.Http.WaitForEndAsync(Text(JsonNode.Parse(body)!, "id")!);
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

    private static (string? Status, string? Seconds, string? Source) Shape(JsonNode video) =>
        (Text(video, "status"), Text(video, "seconds"), Text(video, "remixed_from_video_id"));

    private static string? Text(JsonNode video, string name) => video[name]?.GetValue<string>();
}
