using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Sora.TestServers.Processes;
using Xunit;

namespace Sora.Platform.Tests;

/// <summary>Every live answer is as the OpenAPI document says; Prism's validators judge.</summary>
public sealed class ConformanceTests(PlatformFixture platform)
{
    [Theory]
    [InlineData("videos", 13, new[] { 200, 400, 401, 404 })]
    [InlineData("webhooks", 5, new[] { 200, 400, 404 })]
    public async Task What_the_official_client_sends_and_gets_is_as_documented(string suite, int tests, int[] statuses)
    {
        using var folder = new ProcessFolder("conformance");
        await using var proxy = new ConformanceProxy(folder, ConformanceProxy.Document, platform.System.Gateway.Address);
        await proxy.StartAsync(TestContext.Current.CancellationToken);

        await NodeSuite.RunAsync(suite, tests, proxy.Address, platform.System.ApiKey);

        Assert.All(proxy.Exchanges, exchange => Assert.Empty(exchange.Violations));
        Assert.Equal(statuses, proxy.Exchanges.Select(exchange => exchange.Status).Distinct().Order());
    }

    [Fact]
    public async Task What_the_official_client_never_asks_for_is_as_documented()
    {
        using var folder = new ProcessFolder("conformance");
        await using var proxy = new ConformanceProxy(folder, ConformanceProxy.Document, platform.System.Gateway.Address);
        await proxy.StartAsync(TestContext.Current.CancellationToken);
        using var http = ConformanceWalk.WithKey(proxy.Address, platform.System.ApiKey);
        var walk = new ConformanceWalk(http);
        var id = await http.CreateAsync("A kite for the validator");
        await http.WaitForEndAsync(id);
        var content = $"/v1/videos/{id}/content";

        await walk.AskAsync(206, "GET", content, change: request => request.Headers.Range = new(0, 9));
        await walk.AskAsync(416, "GET", content, change: request => request.Headers.Range = new(1L << 40, null));
        await walk.AskAsync(304, "GET", content, change: request => request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Any));
        await walk.AskAsync(400, "GET", $"{content}?variant=poster");
        await walk.AskAsync(404, "GET", "/v1/videos/video_unknown/content");
        await walk.AskAsync(400, "GET", "/v1/videos?limit=many");
        await walk.AskAsync(404, "GET", "/v1/videos?after=video_unknown");
        await walk.AskAsync(200, "GET", "/v1/usage");
        await walk.AskAsync(400, "GET", "/v1/usage?month=soon");
        await walk.AskAsync(413, "POST", $"/v1/videos/{id}/remix", new string(' ', 300_000));
        await walk.AskAsync(
            415, "POST", $"/v1/videos/{id}/remix", "{}", request => request.Content!.Headers.ContentEncoding.Add("br"));
        await walk.AskAsync(400, "POST", $"/v1/videos/{id}/remix", "not json");
        await walk.AskAsync(404, "POST", "/webhooks/nobody", "{}");
        await walk.AskAsync(400, "POST", "/webhooks/simulator", "{}");
        await walk.AskAsync(200, "DELETE", $"/v1/videos/{id}");
        Assert.All(proxy.Exchanges, exchange => Assert.Empty(exchange.Violations));
    }

    [Fact]
    public async Task A_document_that_says_otherwise_is_caught()
    {
        using var folder = new ProcessFolder("conformance");
        var wrong = JsonNode.Parse(await File.ReadAllTextAsync(
            ConformanceProxy.Document, TestContext.Current.CancellationToken))!;
        wrong["components"]!["schemas"]!["Usage"]!["properties"]!["spent_micro_usd"]!["type"] = "string";
        wrong["paths"]!["/v1/videos/{id}"]!["get"]!["responses"]!.AsObject().Remove("404");
        var file = Path.Combine(folder.Path, "wrong.json");
        await File.WriteAllTextAsync(file, wrong.ToJsonString(), TestContext.Current.CancellationToken);
        await using var proxy = new ConformanceProxy(folder, file, platform.System.Gateway.Address);
        await proxy.StartAsync(TestContext.Current.CancellationToken);
        using var http = ConformanceWalk.WithKey(proxy.Address, platform.System.ApiKey);
        var walk = new ConformanceWalk(http);

        await walk.AskAsync(200, "GET", "/v1/usage");
        await walk.AskAsync(404, "GET", "/v1/videos/video_unknown");
        await walk.AskAsync(200, "GET", "/v1/videos?limit=1");

        Assert.Equal([false, false, true], proxy.Exchanges.Select(exchange => exchange.Violations.Count == 0));
    }
}
