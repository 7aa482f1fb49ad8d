namespace Sora.Bench.Reports;

/// <summary>Shares of a set of times.</summary>
internal static class Percentiles
{
    /// <summary>Adds the median and the 99th percentile, in milliseconds.</summary>
    public static void AddPercentiles(this Report report, string name, IEnumerable<TimeSpan> times)
    {
        var sorted = times.Order().ToList();
        if (sorted.Count > 0)
        {
            report.Add($"{name}, p50", sorted[(sorted.Count - 1) / 2].TotalMilliseconds, "ms");
            report.Add($"{name}, p99", sorted[(int)((sorted.Count - 1) * 0.99)].TotalMilliseconds, "ms");
        }
    }
}
