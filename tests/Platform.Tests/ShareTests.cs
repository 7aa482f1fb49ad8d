using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace Sora.Platform.Tests;

/// <summary>A link to a clip, from its making to its end, through the whole platform.</summary>
public sealed class ShareTests(PlatformFixture platform)
{
    [Fact]
    public async Task A_link_opens_a_clip_without_a_key_until_it_is_revoked()
    {
        var id = await platform.Http.CreateAsync("a red kite to share");
        var video = await platform.Http.WaitForEndAsync(id);
        Assert.True(video["expires_at"]!.GetValue<long>() > video["completed_at"]!.GetValue<long>());

        using var made = await platform.Http.PostAsJsonAsync($"/v1/videos/{id}/shares", new { expires_in = 3600 });
        var share = (await made.Content.ReadFromJsonAsync<JsonNode>())!;
        Assert.Equal(HttpStatusCode.OK, made.StatusCode);

        using var stranger = new HttpClient { BaseAddress = platform.System.Gateway.Address };
        using var opened = await stranger.GetAsync($"{share["url"]}");
        Assert.Equal(HttpStatusCode.OK, opened.StatusCode);
        Assert.Equal(
            await platform.Http.GetByteArrayAsync($"/v1/videos/{id}/content"), await opened.Content.ReadAsByteArrayAsync());

        using var revoked = await platform.Http.DeleteAsync($"/v1/videos/{id}/shares/{share["id"]}");
        Assert.Equal(HttpStatusCode.OK, revoked.StatusCode);
        using var closed = await stranger.GetAsync($"{share["url"]}");
        Assert.Equal(HttpStatusCode.NotFound, closed.StatusCode);
    }
}
