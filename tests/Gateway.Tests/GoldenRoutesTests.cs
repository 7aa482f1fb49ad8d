using Sora.TestServers.Platform;
using Xunit;

namespace Sora.Gateway.Tests;

/// <summary>The public surface as a text file, so that a change of it shows in review as one line.</summary>
public sealed class GoldenRoutesTests
{
    [Fact]
    public void The_public_routes_are_those_of_the_golden_file()
    {
        var golden = File.ReadAllLines(
            Path.Combine(Repository.Root, "tests", "Gateway.Tests", "Golden", "routes.txt"));

        Assert.Equal(golden, Routes.Table.Select(route =>
            $"{route.Method} {route.Path} -> {route.Service}, {route.Scope}, {route.MaximumBody} bytes"));
    }
}
