using System.Diagnostics;
using Sora.Bench.Clients;
using Sora.Bench.Reports;
using Sora.TestServers.Platform;

namespace Sora.Bench;

/// <summary>
/// Jobs that go on while each service and each server is killed and comes back, one after the other. Only what a client was
/// answered counts as a job; what was cut off before its answer is reported, and its money has to be even.
/// </summary>
internal static class Outages
{
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(4);

    public static async Task RunAsync(BenchOptions options, Report report, CancellationToken cancellationToken)
    {
        await using var platform = await Platform.StartAsync(options, ShortenLeases, cancellationToken);
        using var client = platform.NewClient();

        Report.Say($"{options.Jobs} jobs or more, {options.Concurrency} at once, until everything was killed once");
        var start = Stopwatch.GetTimestamp();
        var outages = KillEachAsync(platform, cancellationToken);
        var runs = await new Load(client, "job", options.Concurrency)
            .RunAsync(options.Jobs, () => !outages.IsCompleted, cancellationToken);
        await outages;
        var elapsed = Stopwatch.GetElapsedTime(start);

        Report.Head("Figures");
        report.Add("jobs asked for", runs.Count, "");
        report.Add("jobs answered", runs.Count(run => run.VideoId is not null), "");
        report.Add("requests that clients repeated", client.Repeated, "");
        report.Add("jobs per second, outages included", runs.Count / elapsed.TotalSeconds, "/s");
        Jobs.AddTimes(report, runs);
        ExpectAnsweredToComplete(report, runs);
        await new Books(platform).CheckAsync(report, runs, client.UnansweredCreates, cancellationToken);
    }

    // Half a minute's patience with a dead process would only make the run longer.
    private static void ShortenLeases(SoraSystem system)
    {
        var videos = system["video-service"].Variables;
        videos["Upstreams__simulator__LateAcceptanceBound"] = "00:00:06";
        videos["Upstreams__simulator__SubmitTimeout"] = "00:00:10";
        videos["Tracking__SubmitLease"] = "00:00:15";
        videos["Tracking__PollLease"] = "00:00:10";
    }

    private static async Task KillEachAsync(Platform platform, CancellationToken cancellationToken)
    {
        foreach (var victim in platform.Services.Concat(platform.Servers))
        {
            await Task.Delay(Between, cancellationToken);
            await victim.KillAsync(cancellationToken);
            await Task.Delay(Away, cancellationToken);
            var start = Stopwatch.GetTimestamp();
            await victim.StartAsync(cancellationToken);
            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            Report.Say($"{victim.Name} was killed, and is ready again {seconds:0.0} s after its start");
        }

        await Task.Delay(Between, cancellationToken);
    }

    private static void ExpectAnsweredToComplete(Report report, IReadOnlyList<JobRun> runs)
    {
        var lost = runs.Where(run => run.VideoId is not null && run.Outcome != JobRun.Completed).ToList();
        report.Expect(
            "every answered job completes",
            lost.Count == 0,
            lost.Count == 0 ? "all" : string.Join(", ", lost.Take(10).Select(run => $"{run.VideoId}: {run.Outcome}")));
    }
}
