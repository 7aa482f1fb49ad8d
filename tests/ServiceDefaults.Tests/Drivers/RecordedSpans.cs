using System.Collections.Concurrent;
using System.Diagnostics;
using OpenTelemetry;

namespace Sora.ServiceDefaults.Tests.Drivers;

/// <summary>Keeps the spans that a service would export.</summary>
internal sealed class RecordedSpans : BaseExporter<Activity>
{
    private readonly ConcurrentQueue<Activity> _spans = new();

    public IReadOnlyCollection<Activity> Spans => _spans;

    public override ExportResult Export(in Batch<Activity> batch)
    {
        foreach (var span in batch)
        {
            _spans.Enqueue(span);
        }

        return ExportResult.Success;
    }
}
