using Xunit;

namespace Sora.Platform.Tests;

/// <summary>The official npm client, unchanged, against the gateway: <c>tests/node/videos.test.mjs</c>.</summary>
public sealed class NodeSdkTests(PlatformFixture platform)
{
    [Fact]
    public Task The_npm_client_passes_its_own_suite() =>
        NodeSuite.RunAsync(platform.System.Gateway.Address, platform.System.ApiKey);
}
