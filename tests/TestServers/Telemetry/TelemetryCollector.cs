using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Sora.TestServers.Processes;

namespace Sora.TestServers.Telemetry;

/// <summary>
/// An OTLP collector inside the test process, so that tests assert on the spans that services really exported.
/// Metrics and logs are taken and dropped, unless all is to be kept as it came.
/// </summary>
public sealed class TelemetryCollector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<ExportedSpan> _spans = new();
    private readonly Lock _gate = new();
    private string? _file;

    private TelemetryCollector()
    {
        Address = new Uri($"http://127.0.0.1:{FreePort.Next()}/");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(Address.AbsoluteUri);
        _app = builder.Build();
        _app.MapPost("/v1/traces", TakeTracesAsync);
        _app.MapPost("/v1/{signal}", async (HttpRequest request, CancellationToken cancellationToken) =>
        {
            using var body = await ReadAsync(request, cancellationToken);
            return Results.Ok();
        });
    }

    /// <summary>The value of OTEL_EXPORTER_OTLP_ENDPOINT, with the protocol <c>http/protobuf</c>.</summary>
    public Uri Address { get; }

    /// <summary>All spans that have come in, in order of arrival.</summary>
    public IReadOnlyCollection<ExportedSpan> Spans => _spans;

    /// <summary>Starts it on a free port.</summary>
    public static async Task<TelemetryCollector> StartAsync(CancellationToken cancellationToken = default)
    {
        var collector = new TelemetryCollector();
        await collector._app.StartAsync(cancellationToken);
        return collector;
    }

    /// <summary>
    /// Appends every export from now on, of spans, metrics and logs, to a file: strings are plain UTF-8 in OTLP.
    /// </summary>
    public void KeepIn(string file) => _file = file;

    /// <summary>
    /// Waits until a trace holds what it should: services export their spans some 100 ms after their end.
    /// </summary>
    /// <param name="traceId">32 hex digits.</param>
    /// <param name="isComplete">Looks at all spans of the trace so far.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TimeoutException">Not within 30 s.</exception>
    public Task<IReadOnlyList<ExportedSpan>> WaitForTraceAsync(
        string traceId,
        Func<IReadOnlyList<ExportedSpan>, bool> isComplete,
        CancellationToken cancellationToken = default) =>
        Wait.ForAsync<IReadOnlyList<ExportedSpan>>(
            $"trace {traceId} is complete",
            _ =>
            {
                var trace = _spans.Where(span => span.TraceId == traceId).ToList();
                return Task.FromResult<IReadOnlyList<ExportedSpan>?>(isComplete(trace) ? trace : null);
            },
            cancellationToken: cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> TakeTracesAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var body = await ReadAsync(request, cancellationToken);
        foreach (var span in OtlpTraces.Decode(body.GetBuffer().AsSpan(0, (int)body.Length)))
        {
            _spans.Enqueue(span);
        }

        return Results.Ok();
    }

    private async Task<MemoryStream> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var body = new MemoryStream();
        await request.Body.CopyToAsync(body, cancellationToken);
        if (_file is { } file)
        {
            lock (_gate)
            {
                using var kept = new FileStream(file, FileMode.Append);
                kept.Write(body.GetBuffer().AsSpan(0, (int)body.Length));
            }
        }

        return body;
    }
}
