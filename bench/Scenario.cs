using Sora.Bench.Reports;

namespace Sora.Bench;

/// <summary>Something to measure.</summary>
/// <param name="Name">The word that chooses it on the command line.</param>
/// <param name="Summary">What it shows, in a line.</param>
/// <param name="RunAsync">Measures, and fills the report.</param>
internal sealed record Scenario(
    string Name, string Summary, Func<BenchOptions, Report, CancellationToken, Task> RunAsync);

/// <summary>How the process ends.</summary>
internal static class ExitCode
{
    public const int Passed = 0;

    /// <summary>A check of the scenario failed.</summary>
    public const int Failed = 1;

    /// <summary>The command line was not understood.</summary>
    public const int Usage = 64;
}
