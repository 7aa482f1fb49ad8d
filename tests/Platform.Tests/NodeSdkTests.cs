using Xunit;

namespace Sora.Platform.Tests;

/// <summary>The official npm client, unchanged, against the gateway: <c>tests/node/*.test.mjs</c>.</summary>
public sealed class NodeSdkTests(PlatformFixture platform)
{
    [Theory]
    [InlineData("videos", 13)]
    [InlineData("webhooks", 5)]
    public Task The_npm_client_passes_its_own_suite(string suite, int tests) =>
        NodeSuite.RunAsync(suite, tests, platform.System.Gateway.Address, platform.System.ApiKey);
}
