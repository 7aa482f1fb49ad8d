using System.Net.Http.Headers;
using Sora.Gateway.Tests.Harness;
using Xunit;

namespace Sora.Gateway.Tests;

/// <summary>What another site can make a browser do with the cookie that it holds: nothing.</summary>
public sealed class ForgeryTests(Edge edge)
{
    [Theory]
    [InlineData("GET", "/v1/videos", null)]
    [InlineData("GET", "/v1/videos", "cross-site")]
    [InlineData("GET", "/v1/videos", "same-site")]
    [InlineData("GET", "/v1/videos", "none")]
    [InlineData("GET", "/v1/videos/video_1/content", "cross-site")]
    [InlineData("POST", "/v1/videos", "cross-site")]
    [InlineData("DELETE", "/v1/videos/video_1", null)]
    [InlineData("GET", "/v1/session", "cross-site")]
    [InlineData("POST", "/v1/session", "cross-site")]
    [InlineData("POST", "/v1/session", null)]
    [InlineData("POST", "/v1/invitations/accept", "cross-site")]
    public async Task A_cookie_counts_only_in_requests_of_this_origins_pages(string method, string path, string? site)
    {
        var browser = await (await Tenant.CreateAsync(edge)).SignInAsync();
        using var answer = await browser.SendAsync(method, path, method == "POST" ? new { } : null, request =>
        {
            request.Headers.Remove("Sec-Fetch-Site");
            request.Headers.Add("Sec-Fetch-Site", site is null ? [] : [site]);
        });

        Assert.Equal("cross_site_request", (await answer.ErrorAsync(403)).Code);
    }

    [Theory]
    [InlineData("/v1/videos/video_1/content", "navigate", 200)]
    [InlineData("/v1/videos/video_1/content", "cors", 403)]
    [InlineData("/v1/videos/video_1/content", "no-cors", 403)]
    [InlineData("/v1/videos/video_1", "navigate", 403)]
    public async Task A_clips_address_can_be_opened_by_hand_and_nothing_else(string path, string mode, int status)
    {
        var browser = await (await Tenant.CreateAsync(edge)).SignInAsync();
        using var answer = await browser.SendAsync("GET", path, alter: request =>
        {
            request.Headers.Remove("Sec-Fetch-Site");
            request.Headers.Add("Sec-Fetch-Site", "none");
            request.Headers.Add("Sec-Fetch-Mode", mode);
        });

        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData("POST", "/v1/videos")]
    [InlineData("DELETE", "/v1/videos/video_1")]
    [InlineData("DELETE", "/v1/session")]
    [InlineData("POST", "/v1/session/end_all")]
    [InlineData("POST", "/v1/invitations")]
    [InlineData("PUT", "/v1/projects/proj_1/members/user_1")]
    public async Task An_act_needs_the_sessions_own_token(string method, string path)
    {
        var tenant = await Tenant.CreateAsync(edge);
        var (browser, other) = (await tenant.SignInAsync(), await tenant.SignInAsync());
        var own = browser.AntiForgery;
        Assert.NotEqual(own, other.AntiForgery);

        foreach (var token in new[] { null, "", "wrong", other.AntiForgery, own + "x" })
        {
            browser.AntiForgery = null;
            using var answer = await browser.SendAsync(method, path, new { }, request =>
            {
                if (token is not null)
                {
                    request.Headers.TryAddWithoutValidation("X-CSRF-Token", token);
                }
            });
            Assert.Equal("invalid_csrf_token", (await answer.ErrorAsync(403)).Code);
        }

        browser.AntiForgery = own;
        using var act = await browser.SendAsync(method, path, new { });
        Assert.NotEqual(403, (int)act.StatusCode);
    }

    [Fact]
    public async Task An_api_key_goes_before_the_cookie_and_neither_helps_the_other()
    {
        var tenant = await Tenant.CreateAsync(edge);
        var browser = await tenant.SignInAsync();

        using var byKey = await browser.SendAsync("GET", "/v1/usage", alter: request => Authorize(request, edge.Key));
        using var wrongKey = await browser.SendAsync("GET", "/v1/usage", alter: request => Authorize(request, "wrong"));
        browser.Token = new string('x', 43);
        using var both = await browser.SendAsync("GET", "/v1/usage", alter: request => Authorize(request, "wrong"));
        using var wrongCookie = await browser.SendAsync("GET", "/v1/usage");
        browser.Token = "short";
        using var noCookie = await browser.SendAsync("GET", "/v1/usage");

        Assert.NotNull((await byKey.SeenAsync()).Caller!.KeyId);
        Assert.Equal("invalid_api_key", (await wrongKey.ErrorAsync(401)).Code);
        Assert.Equal("invalid_api_key", (await both.ErrorAsync(401)).Code);
        Assert.Equal("invalid_session", (await wrongCookie.ErrorAsync(401)).Code);
        Assert.Equal("invalid_session", (await noCookie.ErrorAsync(401)).Code);
    }

    [Fact]
    public async Task An_api_key_is_no_session()
    {
        foreach (var (method, path) in new[] { ("GET", "/v1/session"), ("DELETE", "/v1/session") })
        {
            using var answer = await edge.SendAsync(edge.Request(new HttpMethod(method), path));
            Assert.Equal("invalid_session", (await answer.ErrorAsync(401)).Code);
        }
    }

    private static void Authorize(HttpRequestMessage request, string key) =>
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
}
