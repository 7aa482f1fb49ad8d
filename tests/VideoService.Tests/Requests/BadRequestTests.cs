namespace Sora.VideoService.Tests.Requests;

public sealed class BadRequestTests(VideoSystem system)
{
    public static TheoryData<string> Names => [.. BadRequests.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_bad_create_is_refused_and_leaves_nothing(string name)
    {
        var (body, status, param, code) = BadRequests.All[name];
        var customer = system.NewCustomer();

        using var response = await customer.PostAsync(body());
        var answer = await Answer.ReadAsync(response);

        Assert.Equal((status, param, code), answer.Refusal);
        Assert.Equal("invalid_request_error", answer.Text("error", "type"));
        Assert.NotEmpty(answer.Text("error", "message")!);
        Assert.Empty(system.Quota.AskedBy(customer));
        Assert.Empty(system.Storage.ReferencesOf(customer));
        Assert.Equal(0, await system.Videos.CountAsync(customer));
    }

    [Theory]
    [InlineData("seconds", "5", "Invalid value: '5'. Supported values are: '4', '8', '12', '16', and '20'.")]
    [InlineData(
        "size", "1x1", "Invalid value: '1x1'. Supported values for 'sora-2' are: '720x1280' and '1280x720'.")]
    [InlineData("prompt", null, "Missing required parameter: 'prompt'.")]
    public async Task The_message_names_what_is_allowed(string name, string? value, string message)
    {
        var body = new Dictionary<string, string?> { ["prompt"] = "a red kite", [name] = value };
        using var response = await system.NewCustomer().PostAsync(body);

        Assert.Equal(message, (await Answer.ReadAsync(response)).Text("error", "message"));
    }

    [Theory]
    [InlineData(32_000, "a")]
    [InlineData(32_000, "🪁")]
    public async Task A_prompt_of_32_000_characters_is_taken(int length, string character)
    {
        var prompt = string.Concat(Enumerable.Repeat(character, length));
        using var response = await system.NewCustomer().PostAsync(new { prompt });

        Assert.Equal(200, (int)response.StatusCode);
    }

    [Fact]
    public async Task Nobody_is_served_without_a_token()
    {
        using var http = new HttpClient { BaseAddress = system.Service.ClientOptions.BaseAddress };
        using var response = await http.GetAsync(
            new Uri("/v1/videos", UriKind.Relative), TestContext.Current.CancellationToken);
        var answer = await Answer.ReadAsync(response);

        Assert.Equal((401, null, "invalid_api_key"), answer.Refusal);
    }
}
