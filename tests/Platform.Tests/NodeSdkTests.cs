using System.Diagnostics;
using Sora.TestServers.Platform;
using Xunit;

namespace Sora.Platform.Tests;

/// <summary>The official npm client, unchanged, against the gateway: <c>tests/node/*.test.mjs</c>.</summary>
public sealed class NodeSdkTests(PlatformFixture platform)
{
    [Theory]
    [InlineData("videos", 13)]
    [InlineData("webhooks", 5)]
    public async Task The_npm_client_passes_its_own_suite(string suite, int tests)
    {
        var start = new ProcessStartInfo("node", ["--test", $"{suite}.test.mjs"])
        {
            WorkingDirectory = Path.Combine(Repository.Root, "tests", "node"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["OPENAI_BASE_URL"] = new Uri(platform.System.Gateway.Address, "v1").AbsoluteUri,
                ["OPENAI_API_KEY"] = platform.System.ApiKey,
            },
        };
        using var node = Process.Start(start)!;
        var errors = node.StandardError.ReadToEndAsync();
        var output = await node.StandardOutput.ReadToEndAsync();
        await node.WaitForExitAsync();

        Assert.True(node.ExitCode == 0, output + await errors);
        Assert.Contains($"# pass {tests}\n", output, StringComparison.Ordinal);
    }
}
