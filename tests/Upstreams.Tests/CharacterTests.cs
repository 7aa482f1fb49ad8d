using Sora.Upstreams.Tests.Servers;

namespace Sora.Upstreams.Tests;

public sealed class CharacterTests
{
    [Fact]
    public async Task A_character_is_a_name_and_a_clip_in_a_form()
    {
        await using var server = await StubServer.StartAsync(200, """{"id":"char_1","name":"Mossy","created_at":1}""");

        var outcome = await CreateAsync(server);

        Assert.Equal(new CharacterOutcome.Created("char_1"), outcome);
        var request = Assert.Single(server.Requests);
        Assert.Equal(("POST", "/v1/videos/characters"), (request.Method, request.Target));
        Assert.Contains("name=\"name\"\r\n\r\nMossy\r\n", request.Body);
        Assert.Contains("name=\"video\"; filename=\"character.mp4\"", request.Body);
        Assert.Contains("mp4-bytes", request.Body);
    }

    [Theory]
    [InlineData(400, """{"error":{"message":"No likeness.","code":"moderation_blocked"}}""", "moderation_blocked")]
    [InlineData(404, "{}", "upstream_refused")]
    public async Task A_clip_that_is_not_taken_says_why(int status, string body, string code)
    {
        await using var server = await StubServer.StartAsync(status, body);

        Assert.Equal(code, Assert.IsType<CharacterOutcome.Refused>(await CreateAsync(server)).Code);
    }

    [Theory]
    [InlineData(200, "{}", "answer_unreadable")]
    [InlineData(200, """{"id":"../1"}""", "answer_unreadable")]
    [InlineData(401, "{}", "credential_refused")]
    [InlineData(429, "{}", "rate_limited")]
    [InlineData(503, "{}", "http_503")]
    public async Task Anything_else_passes(int status, string body, string reason)
    {
        await using var server = await StubServer.StartAsync(status, body);

        Assert.Equal(reason, Assert.IsType<CharacterOutcome.Unavailable>(await CreateAsync(server)).Reason);
    }

    private static async Task<CharacterOutcome> CreateAsync(StubServer server)
    {
        await using var configured = new Configured(server.BaseUrl);
        return await configured.Upstream.CreateCharacterAsync(
            Configured.Credential,
            "Mossy",
            new VideoFile(new MemoryStream("mp4-bytes"u8.ToArray()), 9),
            TestContext.Current.CancellationToken);
    }
}
