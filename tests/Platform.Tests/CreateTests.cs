using System.ClientModel;
using System.Text.Json.Nodes;
using Xunit;

namespace Sora.Platform.Tests;

/// <summary>Wishes and repetitions through the gateway, and what becomes of the money of a cancelled video.</summary>
public sealed class CreateTests(PlatformFixture platform)
{
    private readonly string _mark = Scenario.NewMark();

    [Fact]
    public async Task Five_takes_of_one_prompt_are_five_videos_with_the_dotnet_client()
    {
        var wish = new { prompt = $"A red kite [job:{_mark}]", size = "1280x720", seconds = "4" };
        var ids = new HashSet<string>();
        for (var take = 0; take < 5; take++)
        {
            var answer = await platform.Videos.CreateVideoAsync(BinaryContent.CreateJson(wish), "application/json");
            Assert.True(ids.Add(JsonNode.Parse(answer.GetRawResponse().Content)!["id"]!.GetValue<string>()));
        }
    }

    [Fact]
    public async Task A_key_gets_one_answer_and_says_when_it_is_a_repetition()
    {
        var first = await CreateAsync(_mark, "A calm sea");
        var second = await CreateAsync(_mark, "A calm sea");
        var other = await CreateAsync(_mark, "A rough sea");

        Assert.Equal((200, null), (first.Status, first.Replayed));
        Assert.Equal((200, "true", first.Body), (second.Status, second.Replayed, second.Body));
        Assert.Equal(400, other.Status);
        Assert.Equal("Idempotency-Key", JsonNode.Parse(other.Body)!["error"]!["param"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_cancelled_video_costs_nothing_where_the_upstream_does_not_bill_it()
    {
        var id = await platform.Http.CreateAsync("A calm sea [fault:slow=600]");

        using var answer = await platform.Http.PostAsync($"/v1/videos/{id}/cancel", null);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        var video = await platform.Http.WaitForEndAsync(id);

        Assert.Equal("cancelled", video["error"]!["code"]!.GetValue<string>());
        Assert.Equal(0, video["sora"]!["cost"]!["charged_micro_usd"]!.GetValue<long>());
        Assert.StartsWith("cancelled_", video["sora"]!["cost"]!["reason"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("released", await platform.System.FateAsync(id));
    }

    private async Task<(int Status, string? Replayed, string Body)> CreateAsync(string key, string prompt)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/videos");
        request.Headers.Add("Idempotency-Key", key);
        request.Content = JsonContent.Create(new { prompt, size = "1280x720", seconds = "4" });
        using var answer = await platform.Http.SendAsync(request);
        return (
            (int)answer.StatusCode,
            answer.Headers.TryGetValues("Idempotent-Replayed", out var replayed) ? replayed.Single() : null,
            await answer.Content.ReadAsStringAsync());
    }
}
