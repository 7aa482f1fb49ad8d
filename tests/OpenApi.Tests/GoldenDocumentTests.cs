using Sora.TestServers.Platform;
using Xunit;

namespace Sora.OpenApi.Tests;

/// <summary>
/// The document that the gateway serves is the one that the services' routes give today. A change of the surface shows in
/// review as a change of the file: <c>SORA_ACCEPT_GOLDEN=1 dotnet run --project tests/OpenApi.Tests</c> writes it anew.
/// </summary>
public sealed class GoldenDocumentTests(PublicDocumentFixture fixture)
{
    private static readonly string Golden = Path.Combine(Repository.Root, "Gateway", "Reference", "openapi.json");

    [Fact]
    public void The_served_document_is_what_the_routes_say()
    {
        var actual = fixture.Document.Text;
        if (Environment.GetEnvironmentVariable("SORA_ACCEPT_GOLDEN") == "1")
        {
            File.WriteAllText(Golden, actual);
        }

        Assert.Equal(File.ReadAllText(Golden), actual);
    }

    [Fact]
    public void Every_public_route_is_described_and_nothing_else() => Assert.Empty(fixture.Document.Gaps);
}
