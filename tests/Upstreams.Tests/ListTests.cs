using System.Text.Json;
using Microsoft.Extensions.Primitives;
using Sora.Upstreams.Tests.Servers;

namespace Sora.Upstreams.Tests;

public sealed class ListTests
{
    private static readonly DateTimeOffset Epoch = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    [Fact]
    public async Task Pages_are_read_until_the_wanted_time()
    {
        var videos = Enumerable.Range(0, 1000).Reverse().Select(Video).ToList();
        await using var server = await StubServer.StartAsync(context => WritePageAsync(context, videos));
        await using var configured = new Configured(server.BaseUrl);

        var list = await configured.ListAsync(Epoch.AddSeconds(875));

        Assert.Equal(
            Enumerable.Range(875, 125).Reverse().Select(number => $"video_{number}"), list?.Select(video => video.Id));
        Assert.Equal(
            [
                "/v1/videos?limit=50&order=desc",
                "/v1/videos?limit=50&order=desc&after=video_950",
                "/v1/videos?limit=50&order=desc&after=video_900",
            ],
            server.Requests.Select(request => request.Target));
    }

    [Fact]
    public async Task A_short_history_is_read_to_its_end()
    {
        await using var server = await StubServer.StartAsync(context => WritePageAsync(context, [Video(2), Video(1)]));
        await using var configured = new Configured(server.BaseUrl);

        Assert.Equal(2, (await configured.ListAsync(DateTimeOffset.MinValue))?.Count);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_page_of_the_longest_prompts_is_read()
    {
        var prompt = new string('é', 32_000);
        var data = Enumerable.Range(0, 50).Select(number => new { id = $"video_{number}", status = "queued", prompt });
        await using var server = await StubServer.StartAsync(
            200, JsonSerializer.Serialize(new { data, has_more = false }));
        await using var configured = new Configured(server.BaseUrl);

        var list = await configured.ListAsync(Epoch);

        Assert.Equal(50, list?.Count(video => video.Prompt == prompt));
    }

    [Theory]
    [InlineData("""{"data":[]}""", 0)]
    [InlineData("""{"object":"list","data":[],"first_id":null,"last_id":null,"has_more":true}""", 0)]
    [InlineData("""{"data":[{"id":"video_1","status":"queued"}]}""", 1)]
    public async Task A_bare_list_is_a_list(string body, int count)
    {
        await using var server = await StubServer.StartAsync(200, body);
        await using var configured = new Configured(server.BaseUrl);

        Assert.Equal(count, (await configured.ListAsync(Epoch))?.Count);
    }

    [Fact]
    public async Task A_list_in_rising_order_is_read_to_its_end_and_turned()
    {
        var videos = Enumerable.Range(0, 250).Select(Video).ToList();
        await using var server = await StubServer.StartAsync(context => WritePageAsync(context, videos));
        await using var configured = new Configured(server.BaseUrl);

        var list = await configured.ListAsync(Epoch.AddSeconds(240));

        Assert.Equal(
            Enumerable.Range(240, 10).Reverse().Select(number => $"video_{number}"), list?.Select(video => video.Id));
    }

    [Theory]
    [InlineData(49, 49, 1)]
    [InlineData(51, 51, 1)]
    [InlineData(50, null, 2)]
    public async Task A_list_without_a_word_about_more_is_whole_unless_it_is_exactly_full(
        int length, int? read, int requests)
    {
        var page = JsonSerializer.Serialize(new { data = Enumerable.Range(0, length).Reverse().Select(Video) });
        await using var server = await StubServer.StartAsync(200, page);
        await using var configured = new Configured(server.BaseUrl);

        Assert.Equal(read, (await configured.ListAsync(Epoch))?.Count);
        Assert.Equal(requests, server.Requests.Count);
    }

    [Theory]
    [InlineData(200, """{"data":[{"id":"video_1"},{"id":"a/b"}]}""")]
    [InlineData(200, """{"data":[7]}""")]
    [InlineData(200, """{"data":{}}""")]
    [InlineData(200, "[]")]
    [InlineData(200, """{"data":[{"id":"video_1"}],"has_more":true}""")]
    [InlineData(404, "{}")]
    [InlineData(500, """{"data":[]}""")]
    public async Task A_list_that_cannot_be_trusted_is_no_list(int status, string body)
    {
        await using var server = await StubServer.StartAsync(status, body);
        await using var configured = new Configured(server.BaseUrl);

        Assert.Null(await configured.ListAsync(Epoch));
    }

    [Fact]
    public async Task A_list_that_breaks_off_in_the_middle_is_no_list()
    {
        var videos = Enumerable.Range(0, 300).Reverse().Select(Video).ToList();
        await using var server = await StubServer.StartAsync(context =>
        {
            context.Response.StatusCode = context.Request.Query.ContainsKey("after") ? 503 : 200;
            return WritePageAsync(context, videos);
        });
        await using var configured = new Configured(server.BaseUrl);

        Assert.Null(await configured.ListAsync(Epoch));
    }

    [Fact]
    public async Task A_dialect_without_a_list_asks_for_none_unless_configured()
    {
        await using var server = await StubServer.StartAsync(200, """{"data":[]}""");
        await using var plain = new Configured(server.BaseUrl, "generic");
        Assert.Null(await plain.ListAsync(Epoch));
        Assert.Empty(server.Requests);

        await using var known = new Configured(server.BaseUrl, "generic", [("HasList", "true")]);
        Assert.Empty(await known.ListAsync(Epoch) ?? throw new InvalidOperationException("No list."));
    }

    private static StubVideo Video(int number) =>
        new($"video_{number}", "queued", Epoch.AddSeconds(number).ToUnixTimeSeconds());

    private static Task WritePageAsync(HttpContext context, List<StubVideo> videos)
    {
        StringValues after = context.Request.Query["after"];
        var limit = int.Parse(context.Request.Query["limit"]!);
        var rest = videos.Skip(videos.FindIndex(video => video.id == after) + 1).ToList();
        return context.Response.WriteAsJsonAsync(
            new { @object = "list", data = rest.Take(limit), has_more = rest.Count > limit });
    }

    private sealed record StubVideo(string id, string status, long created_at);
}
