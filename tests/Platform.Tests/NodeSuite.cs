using System.Diagnostics;
using Sora.TestServers.Platform;
using Xunit;

namespace Sora.Platform.Tests;

/// <summary>The official npm client's own suites, <c>tests/node/*.test.mjs</c>.</summary>
internal static class NodeSuite
{
    /// <summary>Where it lies, and where <c>npm ci</c> has been run.</summary>
    public static string Folder { get; } = Path.Combine(Repository.Root, "tests", "node");

    /// <summary>Runs one with a server in the place of OpenAI's; every one of its tests must pass.</summary>
    public static async Task RunAsync(string suite, int tests, Uri server, string apiKey)
    {
        var start = new ProcessStartInfo("node", ["--test", $"{suite}.test.mjs"])
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["OPENAI_BASE_URL"] = new Uri(server, "v1").AbsoluteUri,
                ["OPENAI_API_KEY"] = apiKey,
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
