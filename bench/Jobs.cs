using System.Diagnostics;
using Dapper;
using Sora.Bench.Clients;
using Sora.Bench.Processes;
using Sora.Bench.Reports;

namespace Sora.Bench;

/// <summary>Many jobs at once, from the create to the clip, with everything working.</summary>
internal static class Jobs
{
    // Completion as the service sees it, without the client's pause between two polls.
    private const string ServerTimes =
        """
        select extract(epoch from submitted_at - created_at)::float8 as submitted,
            extract(epoch from completed_at - rendered_at)::float8 as saved
        from videos where stage = 'ready' order by created_at desc limit @jobs
        """;

    public static async Task RunAsync(BenchOptions options, Report report, CancellationToken cancellationToken)
    {
        await using var platform = await Platform.StartAsync(options, null, cancellationToken);
        using var client = platform.NewClient();

        Report.Say($"{options.WarmUp} jobs to warm up");
        var warmUp = await new Load(client, "warm-up", options.Concurrency)
            .RunAsync(options.WarmUp, () => false, cancellationToken);

        Report.Say($"{options.Jobs} jobs, {options.Concurrency} at once");
        var memory = new MemoryMeter(platform);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watching = memory.RunAsync(over.Token);
        var cpu = CpuMeter.Start(platform);
        var traffic = await Traffic.StartAsync(platform, cancellationToken);
        var start = Stopwatch.GetTimestamp();
        var runs = await new Load(client, "job", options.Concurrency).RunAsync(options.Jobs, () => false, cancellationToken);
        var elapsed = Stopwatch.GetElapsedTime(start);

        Report.Head("Figures");
        report.Add("jobs", runs.Count, "");
        report.Add("jobs per second", runs.Count / elapsed.TotalSeconds, "/s");
        AddTimes(report, runs);
        await AddServerTimesAsync(report, platform, runs.Count, cancellationToken);
        cpu.AddTo(report, runs.Count);
        await traffic.AddToAsync(report, runs.Count, cancellationToken);
        await over.CancelAsync();
        await watching;
        memory.AddTo(report);
        report.ExpectEqual("requests that clients had to repeat", 0, client.Repeated);
        ExpectAllComplete(report, [.. warmUp, .. runs]);
        await new Books(platform).CheckAsync(
            report, [.. warmUp, .. runs], client.UnansweredCreates, cancellationToken);
    }

    /// <summary>Adds how long clients waited.</summary>
    public static void AddTimes(Report report, IReadOnlyList<JobRun> runs)
    {
        var completed = runs.Where(run => run.Outcome == JobRun.Completed).ToList();
        report.AddPercentiles("create", completed.Select(run => run.Created));
        report.AddPercentiles("create to completed, as polled", completed.Select(run => run.Ended));
    }

    private static async Task AddServerTimesAsync(
        Report report, Platform platform, int jobs, CancellationToken cancellationToken)
    {
        await using var connection = platform.Connect(ServiceDatabase.Videos);
        var times = (await connection.QueryAsync<(double Submitted, double Saved)>(
            new CommandDefinition(ServerTimes, new { jobs }, cancellationToken: cancellationToken))).AsList();
        report.AddPercentiles("create to submitted", times.Select(time => TimeSpan.FromSeconds(time.Submitted)));
        report.AddPercentiles("rendered to completed", times.Select(time => TimeSpan.FromSeconds(time.Saved)));
    }

    private static void ExpectAllComplete(Report report, IReadOnlyList<JobRun> runs)
    {
        var others = runs.Where(run => run.Outcome != JobRun.Completed).CountBy(run => run.Outcome).ToList();
        report.Expect(
            "every job completes",
            others.Count == 0,
            others.Count == 0 ? $"{runs.Count}" : string.Join(", ", others.Select(other => $"{other.Value} x {other.Key}")));
    }
}
