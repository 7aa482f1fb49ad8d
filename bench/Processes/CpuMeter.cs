using Sora.Bench.Reports;

namespace Sora.Bench.Processes;

/// <summary>CPU time of every process of the platform between two moments.</summary>
internal sealed class CpuMeter
{
    private readonly Platform _platform;
    private readonly Dictionary<string, TimeSpan> _start;

    private CpuMeter(Platform platform)
    {
        _platform = platform;
        _start = Read();
    }

    /// <summary>Begins to count.</summary>
    public static CpuMeter Start(Platform platform) => new(platform);

    /// <summary>Adds the time spent since, by process and for one job.</summary>
    public void AddTo(Report report, int jobs)
    {
        var spent = Read().ToDictionary(now => now.Key, now => (now.Value - _start[now.Key]) / jobs);
        foreach (var (name, time) in spent)
        {
            report.Add($"CPU per job, {name}", time.TotalMilliseconds, "ms");
        }

        double Sum(IEnumerable<string> names) => names.Sum(name => spent[name].TotalMilliseconds);
        report.Add("CPU per job, all services", Sum(_platform.Services.Select(service => service.Name)), "ms");
        report.Add("CPU per job, all servers", Sum(_platform.Servers.Select(server => server.Name)), "ms");
    }

    private Dictionary<string, TimeSpan> Read()
    {
        var ids = _platform.Services.Concat(_platform.Servers).ToDictionary(child => child.Name, child => child.ProcessId);
        var times = ProcessTree.CpuOf(ids.Values);
        var read = ids.ToDictionary(child => child.Key, child => times[child.Value]);
        // Alone, as everything else here is a descendant of it.
        read["bench's clients"] = Environment.CpuUsage.TotalTime;
        return read;
    }
}
