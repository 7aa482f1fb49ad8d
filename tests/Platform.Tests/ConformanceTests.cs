using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Sora.TestServers.Platform;
using Sora.TestServers.Processes;
using Xunit;

namespace Sora.Platform.Tests;

/// <summary>Every live answer is as the OpenAPI document says; Prism's validators judge.</summary>
public sealed class ConformanceTests(PlatformFixture platform)
{
    private static readonly string Document = Path.Combine(Repository.Root, "Gateway", "Reference", "openapi.json");

    [Theory]
    [InlineData("videos", 13)]
    [InlineData("webhooks", 5)]
    public async Task What_the_official_client_sends_and_gets_is_as_documented(string suite, int tests)
    {
        using var folder = new ProcessFolder("conformance");
        await using var proxy = new ConformanceProxy(folder, Document, platform.System.Gateway.Address);
        await proxy.StartAsync(TestContext.Current.CancellationToken);

        await NodeSuite.RunAsync(suite, tests, proxy.Address, platform.System.ApiKey);

        Assert.All(proxy.Exchanges, exchange => Assert.Empty(exchange.Violations));
        foreach (var status in new[] { 200, 400, 401, 404 })
        {
            Assert.Contains(proxy.Exchanges, exchange => exchange.Status == status);
        }
    }

    [Fact]
    public async Task What_the_official_client_never_asks_for_is_as_documented()
    {
        using var folder = new ProcessFolder("conformance");
        await using var proxy = new ConformanceProxy(folder, Document, platform.System.Gateway.Address);
        await proxy.StartAsync(TestContext.Current.CancellationToken);
        using var http = Client(proxy);
        var id = await http.CreateAsync("A kite for the validator");
        await http.WaitForEndAsync(id);
        var content = $"/v1/videos/{id}/content";

        Assert.Equal(206, await AskAsync(http, "GET", content, request => request.Headers.Range = new(0, 9)));
        Assert.Equal(416, await AskAsync(http, "GET", content, request => request.Headers.Range = new(1L << 40, null)));
        Assert.Equal(304, await AskAsync(
            http, "GET", content, request => request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Any)));
        Assert.Equal(400, await AskAsync(http, "GET", $"{content}?variant=poster"));
        Assert.Equal(404, await AskAsync(http, "GET", "/v1/videos/video_unknown/content"));
        Assert.Equal(400, await AskAsync(http, "GET", "/v1/videos?limit=many"));
        Assert.Equal(404, await AskAsync(http, "GET", "/v1/videos?after=video_unknown"));
        Assert.Equal(200, await AskAsync(http, "GET", "/v1/usage"));
        Assert.Equal(400, await AskAsync(http, "GET", "/v1/usage?month=soon"));
        Assert.Equal(413, await AskAsync(http, "POST", $"/v1/videos/{id}/remix", Say(new string(' ', 300_000))));
        Assert.Equal(415, await AskAsync(http, "POST", $"/v1/videos/{id}/remix", request =>
        {
            Say("{}")(request);
            request.Content!.Headers.ContentEncoding.Add("br");
        }));
        Assert.Equal(400, await AskAsync(http, "POST", $"/v1/videos/{id}/remix", Say("not json")));
        Assert.Equal(404, await AskAsync(http, "POST", "/webhooks/nobody", Say("{}")));
        Assert.Equal(400, await AskAsync(http, "POST", "/webhooks/simulator", Say("{}")));
        Assert.Equal(200, await AskAsync(http, "DELETE", $"/v1/videos/{id}"));
        Assert.All(proxy.Exchanges, exchange => Assert.Empty(exchange.Violations));
    }

    [Fact]
    public async Task A_document_that_says_otherwise_is_caught()
    {
        using var folder = new ProcessFolder("conformance");
        var wrong = JsonNode.Parse(await File.ReadAllTextAsync(Document, TestContext.Current.CancellationToken))!;
        wrong["components"]!["schemas"]!["Usage"]!["properties"]!["spent_micro_usd"]!["type"] = "string";
        wrong["paths"]!["/v1/videos/{id}"]!["get"]!["responses"]!.AsObject().Remove("404");
        var file = Path.Combine(folder.Path, "wrong.json");
        await File.WriteAllTextAsync(file, wrong.ToJsonString(), TestContext.Current.CancellationToken);
        await using var proxy = new ConformanceProxy(folder, file, platform.System.Gateway.Address);
        await proxy.StartAsync(TestContext.Current.CancellationToken);
        using var http = Client(proxy);

        await AskAsync(http, "GET", "/v1/usage");
        await AskAsync(http, "GET", "/v1/videos/video_unknown");
        await AskAsync(http, "GET", "/v1/videos?limit=1");

        Assert.Equal([false, false, true], proxy.Exchanges.Select(exchange => exchange.Violations.Count == 0));
    }

    private HttpClient Client(ConformanceProxy proxy) => new()
    {
        BaseAddress = proxy.Address,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", platform.System.ApiKey) },
    };

    private static Action<HttpRequestMessage> Say(string body) => request =>
        request.Content = new StringContent(body, MediaTypeHeaderValue.Parse("application/json"));

    private static async Task<int> AskAsync(
        HttpClient http, string method, string path, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        change?.Invoke(request);
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return (int)answer.StatusCode;
    }
}
