using System.Diagnostics.Metrics;

namespace Sora.StorageWorker.Scrubbing;

/// <summary>The figures of the scrub: one method a fact.</summary>
internal sealed class ScrubMetrics(Meter meter)
{
    private readonly Counter<long> _bytes = meter.CreateCounter<long>(
        "sora.scrub.bytes", "By", "Bytes that were read again and found as they were stored");

    private readonly Counter<long> _rotten = meter.CreateCounter<long>(
        "sora.scrub.rotten", "{file}", "Stored files that were found damaged or gone");

    private readonly Counter<long> _mended = meter.CreateCounter<long>(
        "sora.scrub.mended", "{file}", "Damaged files that are whole again");

    private readonly Gauge<long> _strays = meter.CreateGauge<long>(
        "sora.object.strays", "{object}", "Objects without a row, at the last comparison");

    /// <summary>A file is as it was stored.</summary>
    public void Verified(long length) => _bytes.Add(length);

    /// <summary>A file is damaged, for the first time.</summary>
    public void Rotten(string rot) => _rotten.Add(1, new KeyValuePair<string, object?>("sora.rot", rot));

    /// <summary>A damaged file is whole again.</summary>
    public void Mended() => _mended.Add(1);

    /// <summary>The store was compared with the rows.</summary>
    public void Audited(long strays) => _strays.Record(strays);
}
