using System.Globalization;
using System.Text.Json;
using Sora.TestServers.Platform;
using Sora.TestServers.Processes;

namespace Sora.Platform.Tests;

/// <summary>One request and its answer, held against the OpenAPI document.</summary>
/// <param name="Request">Method and path.</param>
/// <param name="Status">The answer's status.</param>
/// <param name="Violations">What contradicts the document, in Prism's words.</param>
internal sealed record Exchange(string Request, int Status, IReadOnlyList<string> Violations);

/// <summary>A validating proxy in front of a gateway: <c>tests/node/conformance.mjs</c>.</summary>
/// <param name="folder">Where its findings lie.</param>
/// <param name="document">The OpenAPI document's file.</param>
/// <param name="gateway">What it stands in front of.</param>
internal sealed class ConformanceProxy(ProcessFolder folder, string document, Uri gateway)
    : ChildProcess(folder, "conformance", FreePort.Next())
{
    private static readonly HttpClient Probe = new();

    /// <summary>The document that the gateway serves.</summary>
    public static string Document { get; } = Path.Combine(Repository.Root, "Gateway", "Reference", "openapi.json");

    /// <summary>Its root on loopback.</summary>
    public Uri Address => new($"http://127.0.0.1:{Port}/");

    /// <summary>Every exchange so far; each is noted before its answer leaves. Its own probes are not among them.</summary>
    public IReadOnlyList<Exchange> Exchanges =>
    [
        .. File.ReadLines(LogFile)
            .Select(line => JsonSerializer.Deserialize<Exchange>(line, JsonSerializerOptions.Web)!)
            .Where(exchange => exchange.Request != "GET /alive"),
    ];

    /// <inheritdoc/>
    protected override Task<Command> PrepareAsync(CancellationToken cancellationToken) => Task.FromResult(new Command(
        "node", "conformance.mjs", document, gateway.AbsoluteUri, Port.ToString(CultureInfo.InvariantCulture))
    {
        WorkingDirectory = NodeSuite.Folder,
    });

    /// <inheritdoc/>
    protected override async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await Probe.GetAsync(new Uri(Address, "alive"), cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
