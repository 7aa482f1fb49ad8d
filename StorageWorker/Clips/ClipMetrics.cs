using System.Diagnostics.Metrics;

namespace Sora.StorageWorker.Clips;

/// <summary>The figures of the clips: one method a fact.</summary>
internal sealed class ClipMetrics(Meter meter)
{
    private const string UpstreamTag = "sora.upstream";

    private readonly Counter<long> _stored = meter.CreateCounter<long>(
        "sora.clip.stored", "{clip}", "Clips that lie in the object store");

    private readonly Counter<long> _bytes = meter.CreateCounter<long>(
        "sora.clip.stored_bytes", "By", "Bytes of stored videos");

    private readonly Counter<long> _lost = meter.CreateCounter<long>(
        "sora.clip.lost", "{clip}", "Clips that were given up");

    private readonly Counter<long> _postponed = meter.CreateCounter<long>(
        "sora.clip.postponed", "{attempt}", "Attempts that failed and will be repeated");

    /// <summary>A clip was stored.</summary>
    public void Stored(string upstream, long length)
    {
        _stored.Add(1, new KeyValuePair<string, object?>(UpstreamTag, upstream));
        _bytes.Add(length, new KeyValuePair<string, object?>(UpstreamTag, upstream));
    }

    /// <summary>A clip was given up.</summary>
    public void Lost(string upstream) => _lost.Add(1, new KeyValuePair<string, object?>(UpstreamTag, upstream));

    /// <summary>An attempt failed.</summary>
    public void Postponed(string upstream) =>
        _postponed.Add(1, new KeyValuePair<string, object?>(UpstreamTag, upstream));
}
