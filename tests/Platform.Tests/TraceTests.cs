using System.Text.Json.Nodes;
using Sora.TestServers.Processes;
using Sora.TestServers.Telemetry;
using Xunit;

namespace Sora.Platform.Tests;

/// <summary>What the services export, read as an engineer would read it in the dashboard.</summary>
public sealed class TraceTests(PlatformFixture platform)
{
    private const string ClientSpan = "00f067aa0ba902b7";

    private static readonly string[] Everyone =
        ["gateway", "video-service", "quota-service", "storage-worker", "simulator"];

    [Fact]
    public async Task One_request_is_one_trace()
    {
        var traceId = Guid.NewGuid().ToString("N");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/videos")
        {
            Content = JsonContent.Create(new { prompt = "A trace from end to end", seconds = "4", size = "1280x720" }),
            Headers = { { "traceparent", $"00-{traceId}-{ClientSpan}-01" } },
        };
        using var answer = await platform.Http.SendAsync(request);
        var id = (await answer.Content.ReadFromJsonAsync<JsonNode>())!["id"]!.GetValue<string>();
        await platform.Http.WaitForEndAsync(id);

        var spans = await platform.System.Telemetry.WaitForTraceAsync(traceId, trace =>
            Everyone.All(service => trace.Any(span => span.Service == service))
            && trace.Any(span => span is { Service: "quota-service", Kind: SpanKind.Consumer })
            && !Orphans(trace).Any());

        // The messages crossed RabbitMQ: somebody sent, somebody else handled.
        Assert.Contains(spans, span => span is { Service: "video-service", Kind: SpanKind.Producer });
        Assert.Contains(spans, span => span is { Service: "storage-worker", Kind: SpanKind.Consumer });
        Assert.Contains(spans, span => span is { Service: "quota-service", Kind: SpanKind.Consumer });

        // Names read well, and every span's parent is there: no orphan but the client's own request.
        Assert.Contains(spans, span => span.Name == "POST /v1/videos" && span.Service == "gateway");
        Assert.Contains(spans, span => span is { Service: "quota-service", Name: "PUT /internal/holds/{videoId}" });
        Assert.Contains(spans, span => span.Name == "submit video");
        Assert.Contains(spans, span => span.Name == "poll video");
        Assert.Empty(Orphans(spans));
        Assert.Empty(spans.Where(span => span.IsError).Select(span => $"{span.Service}: {span.Name}"));
    }

    /// <summary>Spans whose parent nobody exported; services export in their own time, so this is waited for.</summary>
    private static IEnumerable<string> Orphans(IReadOnlyList<ExportedSpan> trace)
    {
        var known = trace.Select(span => span.SpanId).Append(ClientSpan).ToHashSet();
        return trace.Where(span => !known.Contains(span.ParentSpanId)).Select(span => $"{span.Service}: {span.Name}");
    }

    [Fact]
    public async Task Probes_and_idle_work_make_no_spans()
    {
        Assert.True(await platform.System.Gateway.IsHealthyAsync());
        using var list = await platform.Http.GetAsync("/v1/videos?limit=1");
        await Wait.UntilAsync("the list's span is exported", _ => Task.FromResult(
            platform.System.Telemetry.Spans.Any(span => span is { Name: "GET /v1/videos", Service: "gateway" })));

        var roots = platform.System.Telemetry.Spans.Where(span => span.ParentSpanId.Trim('0').Length == 0).ToList();
        Assert.DoesNotContain(roots, span => span.Kind is not SpanKind.Server);
        Assert.DoesNotContain(platform.System.Telemetry.Spans, span => span.Name.Contains("health", StringComparison.Ordinal));
    }
}
