using Microsoft.AspNetCore.Authorization;
using Sora.Gateway.ApiKeys;
using Sora.Gateway.Tests.Harness;
using Xunit;

namespace Sora.Gateway.Tests;

/// <summary>What the gateway lets in, and where it goes.</summary>
public sealed class RouteTableTests(Edge edge)
{
    [Theory]
    [InlineData("POST", "/v1/videos", "video-service")]
    [InlineData("GET", "/v1/videos?limit=2&order=asc", "video-service")]
    [InlineData("GET", "/v1/videos/video_123", "video-service")]
    [InlineData("GET", "/v1/videos/not-an-id", "video-service")]
    [InlineData("GET", "/v1/videos/edits2", "video-service")]
    [InlineData("POST", "/v1/videos/edits", "video-service")]
    [InlineData("POST", "/v1/videos/extensions", "video-service")]
    [InlineData("POST", "/v1/videos/characters", "video-service")]
    [InlineData("GET", "/v1/videos/characters/char_123", "video-service")]
    [InlineData("GET", "/v1/videos/characters/content", "video-service")]
    [InlineData("GET", "/v1/models", "video-service")]
    [InlineData("GET", "/v1/models/sora-2", "video-service")]
    [InlineData("GET", "/v1/videos/a%2Fb%20c", "video-service")]
    [InlineData("DELETE", "/v1/videos/video_123", "video-service")]
    [InlineData("POST", "/v1/videos/video_123/remix", "video-service")]
    [InlineData("GET", "/v1/videos/video_123/content?variant=thumbnail", "storage-worker")]
    [InlineData("GET", "/v1/usage", "quota-service")]
    [InlineData("GET", "/v1/webhook_event_types", "webhook-service")]
    [InlineData("POST", "/v1/webhook_endpoints", "webhook-service")]
    [InlineData("GET", "/v1/webhook_endpoints?after=whe_1", "webhook-service")]
    [InlineData("POST", "/v1/webhook_endpoints/whe_1", "webhook-service")]
    [InlineData("DELETE", "/v1/webhook_endpoints/whe_1", "webhook-service")]
    [InlineData("POST", "/v1/webhook_endpoints/whe_1/rotate_secret", "webhook-service")]
    [InlineData("GET", "/v1/webhook_endpoints/whe_1/deliveries?status=failed", "webhook-service")]
    [InlineData("POST", "/v1/webhook_endpoints/whe_1/deliveries/wh_1/replay", "webhook-service")]
    [InlineData("POST", "/webhooks/simulator", "webhook-service")]
    public async Task A_listed_request_reaches_its_service_unchanged(string method, string path, string service)
    {
        using var answer = await edge.SendAsync(edge.Request(new HttpMethod(method), path));
        var seen = await answer.SeenAsync();

        Assert.Equal((service, method, path), (seen.Service, seen.Method, seen.Path));
    }

    [Theory]
    [InlineData("PUT", "/internal/holds/video_1")]
    [InlineData("GET", "/internal/references/video_1")]
    [InlineData("GET", "/v1/videos/../../internal/references/video_1")]
    [InlineData("GET", "/v1/videos/video_1/content/more")]
    [InlineData("GET", "/v1/videos/characters/char_123/content")]
    [InlineData("POST", "/v1/videos/characters/char_123/remix")]
    [InlineData("GET", "/v1")]
    [InlineData("GET", "/")]
    [InlineData("POST", "/webhooks")]
    [InlineData("POST", "/webhooks/simulator/more")]
    public async Task Anything_else_is_unknown_with_a_key_and_without(string method, string path)
    {
        foreach (var key in new[] { "first", null })
        {
            using var answer = await edge.SendAsync(edge.Request(new HttpMethod(method), path, key));

            Assert.Equal("unknown_url", (await answer.ErrorAsync(404)).Code);
        }
    }

    [Theory]
    [InlineData("PUT", "/v1/videos")]
    [InlineData("DELETE", "/v1/videos")]
    [InlineData("PATCH", "/v1/videos/video_123")]
    [InlineData("POST", "/v1/videos/video_123/content")]
    [InlineData("GET", "/v1/videos/video_123/remix")]
    [InlineData("GET", "/webhooks/simulator")]
    [InlineData("PUT", "/v1/videos/edits")]
    [InlineData("DELETE", "/v1/videos/characters/char_123")]
    [InlineData("DELETE", "/v1/models/sora-2")]
    [InlineData("BREW", "/v1/usage")]
    public async Task A_listed_path_refuses_other_methods(string method, string path)
    {
        using var answer = await edge.SendAsync(edge.Request(new HttpMethod(method), path));

        Assert.Equal("method_not_allowed", (await answer.ErrorAsync(405)).Code);
    }

    [Fact]
    public void Every_row_of_the_table_is_an_endpoint_with_its_scope()
    {
        var endpoints = edge.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .Where(endpoint => endpoint.Metadata.GetMetadata<Route>() is not null)
            .ToDictionary(endpoint => endpoint.Metadata.GetRequiredMetadata<Route>().Id);

        Assert.Equal(Routes.Table.Select(route => route.Id).Order(), endpoints.Keys.Order());
        Assert.All(Routes.Table.Where(route => route.Scope != Scopes.None), route => Assert.Equal(
            route.Scope, endpoints[route.Id].Metadata.GetRequiredMetadata<IAuthorizeData>().Policy));
    }

    [Fact]
    public async Task Probes_are_answered_by_the_gateway_itself()
    {
        using var ready = await edge.GetAsync("/health", key: null);
        using var alive = await edge.GetAsync("/alive", key: null);

        Assert.Equal((200, 200), ((int)ready.StatusCode, (int)alive.StatusCode));
    }
}
