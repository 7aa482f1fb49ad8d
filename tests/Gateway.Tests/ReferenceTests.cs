using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sora.Gateway.Tests.Harness;
using Xunit;

namespace Sora.Gateway.Tests;

/// <summary>The API's description, which needs no key and no service.</summary>
public sealed class ReferenceTests(Edge edge)
{
    private const string Document = "/openapi/v1.json";

    [Fact]
    public async Task The_document_is_served_to_anybody_and_lists_the_public_routes()
    {
        using var answer = await edge.GetAsync(Document, key: null);
        var document = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;

        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        Assert.StartsWith("3.1", document["openapi"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(
            Routes.Table.Select(route => $"{route.Method} {route.Path}").Order(StringComparer.Ordinal),
            document["paths"]!.AsObject()
                .SelectMany(path => path.Value!.AsObject().Select(item => $"{item.Key.ToUpperInvariant()} {path.Key}"))
                .Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Who_has_the_document_is_told_so_and_caches_may_keep_it()
    {
        using var first = await edge.GetAsync(Document, key: null);
        using var again = edge.Request(HttpMethod.Get, Document, null);
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await edge.SendAsync(again);

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.True(first.Headers.CacheControl is { Public: true, MaxAge.TotalMinutes: 5 });
    }

    [Fact]
    public async Task The_page_and_all_that_it_loads_come_from_here_under_a_strict_policy()
    {
        using var page = await edge.GetAsync("/docs/index.html", key: null);
        var html = await page.Content.ReadAsStringAsync();
        var policy = Assert.Single(page.Headers.GetValues("Content-Security-Policy"));

        Assert.Contains("script-src 'self'; style-src 'self'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.DoesNotMatch("<script(?![^>]*src=)", html);
        Assert.DoesNotMatch("<style|style=|onload=|https?://", html);
        var files = Regex.Matches(html, "(?:src|href)=\"([^\"]+)\"")
            .Select(match => match.Groups[1].Value).ToList();
        Assert.Contains(files, file => file.EndsWith(".js", StringComparison.Ordinal));
        foreach (var file in files)
        {
            using var loaded = await edge.GetAsync($"/docs/{file}", key: null);
            Assert.Equal((file, HttpStatusCode.OK), (file, loaded.StatusCode));
        }
    }

    [Fact]
    public async Task The_page_shows_the_document_of_this_gateway()
    {
        using var script = await edge.GetAsync("/docs/index.js", key: null);

        Assert.Contains(Document, await script.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_pages_address_leads_to_the_page()
    {
        using var answer = await edge.GetAsync("/docs", key: null);

        Assert.Equal("/docs/index.html", new Uri(edge.Address, answer.Headers.Location!).AbsolutePath);
    }
}
