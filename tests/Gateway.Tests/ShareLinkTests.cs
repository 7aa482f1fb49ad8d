using Sora.Gateway.Tests.Harness;
using Xunit;

namespace Sora.Gateway.Tests;

/// <summary>Links that need no key.</summary>
public sealed class ShareLinkTests(Edge edge)
{
    private const string Token = "Zm9yLXRlc3RzLW9ubHktMzItYnl0ZXMtYXJlLWhlcmU";

    [Fact]
    public async Task A_link_is_open_without_a_key_and_its_token_travels_in_a_header_alone()
    {
        using var request = edge.Request(HttpMethod.Get, $"/s/{Token}?variant=x", key: null);
        foreach (var name in new[] { "range", "if-none-match", "cookie", "x-share-token", "x-internal-identity", "user-agent" })
        {
            request.Headers.TryAddWithoutValidation(name, "x=1");
        }

        using var answer = await edge.SendAsync(request);
        var seen = await answer.SeenAsync();

        Assert.Equal("storage-worker", seen.Service);
        Assert.StartsWith("/s", seen.Path, StringComparison.Ordinal);
        Assert.DoesNotContain(Token, seen.Path);
        Assert.Equal([Token], seen.Headers["x-share-token"]);
        Assert.Equal(["x=1"], seen.Headers["range"]);
        Assert.Empty(seen.Headers.Keys.Intersect(["cookie", "x-internal-identity", "user-agent"]));
        Assert.DoesNotContain(Token, edge.LoggedText);
    }

    [Theory]
    [InlineData("POST", "/s/token")]
    [InlineData("DELETE", "/s/token")]
    public async Task A_link_can_only_be_read(string method, string path)
    {
        using var answer = await edge.SendAsync(edge.Request(new HttpMethod(method), path, key: null));

        Assert.Equal("method_not_allowed", (await answer.ErrorAsync(405)).Code);
    }

    [Theory]
    [InlineData("/s")]
    [InlineData("/s/")]
    [InlineData("/s/token/more")]
    public async Task Nothing_beside_it_is_open(string path)
    {
        using var answer = await edge.SendAsync(edge.Request(HttpMethod.Get, path, key: null));

        Assert.Equal("unknown_url", (await answer.ErrorAsync(404)).Code);
    }
}
