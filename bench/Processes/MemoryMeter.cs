using Sora.Bench.Reports;

namespace Sora.Bench.Processes;

/// <summary>Memory of every service during a run, every other second.</summary>
internal sealed class MemoryMeter(Platform platform)
{
    private const double Mebibyte = 1024 * 1024;

    // What a garbage collector may keep or give back from one moment to the next without any leak.
    private const double Breath = 16;
    private const double Growth = 1.10;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly List<Dictionary<string, double>> _samples = [];

    /// <summary>Looks until it is told to stop.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Interval);
        Sample();
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                Sample();
            }
        }
        catch (OperationCanceledException)
        {
            Sample();
        }
    }

    /// <summary>
    /// Adds what each service held at the start, in the middle and at the end, and expects the last third flat.
    /// </summary>
    public void AddTo(Report report)
    {
        var third = _samples.Count / 3;
        foreach (var name in _samples[0].Keys)
        {
            double Mean(Range range) => _samples[range].Average(sample => sample[name]);
            report.Add($"memory, {name}, at the start", _samples[0][name], "MiB");
            report.Add($"memory, {name}, in the middle", _samples[_samples.Count / 2][name], "MiB");
            report.Add($"memory, {name}, at the end", _samples[^1][name], "MiB");
            if (third > 0)
            {
                var (middle, last) = (Mean(third..(2 * third)), Mean(^third..));
                report.Expect(
                    $"memory of {name} is flat", last <= (middle * Growth) + Breath, $"{middle:0} then {last:0} MiB by thirds");
            }
        }
    }

    private void Sample() => _samples.Add(platform.Services.ToDictionary(
        service => service.Name, service => ProcessTree.PssOf(service.ProcessId) / Mebibyte));
}
