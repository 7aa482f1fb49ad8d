using System.Net;
using System.Text.Json;

namespace Sora.Simulator.Tests;

public sealed class ListTests : IAsyncDisposable
{
    private readonly SimulatorHost _simulator = SimulatorHost.Start();

    [Fact]
    public async Task Pages_follow_each_other_without_gap_or_repeat_in_both_orders()
    {
        var ids = new List<string>();
        for (var i = 0; i < 7; i++)
        {
            ids.Add((await _simulator.CreateAsync($"{i} [fault:stuck]")).Text("id"));
        }

        Assert.Equal(ids, await ReadAllAsync("asc"));
        Assert.Equal(Enumerable.Reverse(ids), await ReadAllAsync("desc"));
    }

    [Fact]
    public async Task An_empty_list_has_null_ids()
    {
        var page = await _simulator.GetAsync("/v1/videos");

        Assert.Equal(
            """{"object":"list","data":[],"first_id":null,"last_id":null,"has_more":false}""",
            page.GetRawText());
    }

    [Theory]
    [InlineData("limit=101", "limit")]
    [InlineData("limit=-1", "limit")]
    [InlineData("limit=x", "limit")]
    [InlineData("order=up", "order")]
    public async Task Wrong_paging_is_refused(string query, string param)
    {
        using var answer = await _simulator.Client.GetAsync($"/v1/videos?{query}");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(param, (await answer.ErrorAsync()).Text("param"));
    }

    [Fact]
    public async Task An_unlisted_video_is_missing_from_lists_and_nowhere_else()
    {
        var hidden = (await _simulator.CreateAsync("a [fault:unlisted] [fault:stuck]")).Text("id");
        var shown = (await _simulator.CreateAsync("b [fault:unlisted=0] [fault:stuck]")).Text("id");

        Assert.Equal([shown], await ReadAllAsync("asc"));
        Assert.Equal(hidden, (await _simulator.GetAsync($"/v1/videos/{hidden}")).Text("id"));
    }

    public ValueTask DisposeAsync() => _simulator.DisposeAsync();

    private async Task<List<string>> ReadAllAsync(string order)
    {
        var ids = new List<string>();
        JsonElement page;
        do
        {
            var after = ids.Count > 0 ? $"&after={ids[^1]}" : "";
            page = await _simulator.GetAsync($"/v1/videos?limit=3&order={order}{after}");
            var data = page.GetProperty("data").EnumerateArray().Select(video => video.Text("id")).ToArray();
            Assert.Equal((data[0], data[^1]), (page.Text("first_id"), page.Text("last_id")));
            ids.AddRange(data);
        }
        while (page.GetProperty("has_more").GetBoolean());
        return ids;
    }
}
