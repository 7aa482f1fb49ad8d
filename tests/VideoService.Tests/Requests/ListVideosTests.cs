using Sora.VideoService.Videos;

namespace Sora.VideoService.Tests.Requests;

public sealed class ListVideosTests(VideoSystem system)
{
    [Fact]
    public async Task Pages_in_both_orders_show_every_video_once()
    {
        var (customer, newestFirst) = await FiveVideosAsync();

        Assert.Equal(newestFirst, await AllPagesAsync(customer, "limit=2"));
        Assert.Equal(newestFirst, await AllPagesAsync(customer, "limit=2&order=desc"));
        Assert.Equal(newestFirst.Reverse(), await AllPagesAsync(customer, "limit=2&order=asc"));
        Assert.Equal(newestFirst, await AllPagesAsync(customer, "limit=5"));
        Assert.Equal(newestFirst, await AllPagesAsync(customer, "limit=100"));
    }

    [Fact]
    public async Task A_limit_of_nothing_shows_nothing()
    {
        var (customer, _) = await FiveVideosAsync();

        var page = await customer.GetAsync("/v1/videos?limit=0");

        Assert.Equal(
            """{"object":"list","data":[],"first_id":null,"last_id":null,"has_more":true}""", page.Body.GetRawText());
    }

    [Fact]
    public async Task A_project_without_videos_has_an_empty_page()
    {
        var page = await system.NewCustomer().GetAsync("/v1/videos");

        Assert.Equal(
            """{"object":"list","data":[],"first_id":null,"last_id":null,"has_more":false}""", page.Body.GetRawText());
    }

    [Fact]
    public async Task Deleted_videos_and_those_of_others_are_not_listed()
    {
        var customer = system.NewCustomer();
        await system.Videos.InsertAsync(SomeVideo.ReadyOf(system.NewCustomer()));
        await system.Videos.InsertAsync(SomeVideo.ReadyOf(customer) with { DeletedAt = TimeProvider.System.GetUtcNow() });
        var mine = await system.Videos.InsertAsync(SomeVideo.ReadyOf(customer));

        Assert.Equal([mine.Id], await AllPagesAsync(customer, "limit=10"));
    }

    [Theory]
    [InlineData("limit=-1", "limit")]
    [InlineData("limit=101", "limit")]
    [InlineData("limit=x", "limit")]
    [InlineData("limit=1&limit=2", "limit")]
    [InlineData("order=newest", "order")]
    public async Task A_wrong_query_is_refused(string query, string param)
    {
        var answer = await system.NewCustomer().GetAsync($"/v1/videos?{query}");

        Assert.Equal((400, param, "invalid_value"), answer.Refusal);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("%00")]
    [InlineData("video_000000000000000000000000000000000000000000000000")]
    public async Task A_page_after_an_unknown_video_is_not_found(string after)
    {
        var answer = await system.NewCustomer().GetAsync($"/v1/videos?after={after}");

        Assert.Equal((404, "after", "video_not_found"), answer.Refusal);
    }

    /// <summary>Three of them in the same instant, so that the id has to decide.</summary>
    private async Task<(Customer Customer, string[] NewestFirst)> FiveVideosAsync()
    {
        var customer = system.NewCustomer();
        var now = TimeProvider.System.GetUtcNow();
        var videos = new List<Video>();
        foreach (var seconds in new[] { 0, 1, 1, 1, 2 })
        {
            videos.Add(await system.Videos.InsertAsync(
                SomeVideo.ReadyOf(customer) with { CreatedAt = now.AddSeconds(-seconds) }));
        }

        var newestFirst = videos.OrderByDescending(video => video.CreatedAt)
            .ThenByDescending(video => video.Id, StringComparer.Ordinal);
        return (customer, [.. newestFirst.Select(video => video.Id)]);
    }

    private static async Task<IReadOnlyList<string>> AllPagesAsync(Customer customer, string query)
    {
        var ids = new List<string>();
        var after = "";
        while (true)
        {
            var page = await customer.GetAsync($"/v1/videos?{query}{after}");
            Assert.Equal(200, page.Status);
            var shown = page.Body.GetProperty("data").EnumerateArray()
                .Select(video => video.GetProperty("id").GetString()!)
                .ToList();
            Assert.Equal((shown[0], shown[^1]), (page.Text("first_id"), page.Text("last_id")));
            ids.AddRange(shown);
            if (!page.Body.GetProperty("has_more").GetBoolean())
            {
                return ids;
            }

            after = $"&after={page.Text("last_id")}";
        }
    }
}
