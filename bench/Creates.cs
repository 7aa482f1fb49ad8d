using System.Diagnostics;
using Dapper;
using Sora.Bench.Clients;
using Sora.Bench.Reports;
using Sora.TestServers;

namespace Sora.Bench;

/// <summary>
/// Wishes of clients whose SDK repeats a create by itself, while every tenth answer to a create is lost after its commit:
/// between gateway and VideoService for all, in front of the gateway too for clients that count their repetitions. Behind
/// the gateway's door nobody can tell a lost answer from a delivered one, so clients that do not count are not cut there.
/// </summary>
internal static class Creates
{
    private const int CutEvery = 10;

    public static async Task RunAsync(BenchOptions options, Report report, CancellationToken cancellationToken)
    {
        CuttingProxy? inside = null;
        await using var platform = await Platform.StartAsync(
            options,
            system =>
            {
                inside = new CuttingProxy(system["video-service"].Address, CutEvery);
                system.Gateway.Variables["services__video-service__http__0"] = inside.Address.AbsoluteUri.TrimEnd('/');
            },
            cancellationToken);
        await using var ownedInside = inside!;
        await using var outside = new CuttingProxy(platform.Gateway.Address, CutEvery);
        using var counting = platform.NewClient(outside.Address);
        using var silent = platform.NewClient(sdk: Sdk.DotNet);

        Report.Say($"{options.Jobs} wishes, {options.Concurrency} at once, one answer to a create in {CutEvery} cut");
        var start = Stopwatch.GetTimestamp();
        var parts = await Task.WhenAll(
            RunAsync(counting, "node", options, options.Jobs - (options.Jobs / 2), cancellationToken),
            RunAsync(silent, "dotnet", options, options.Jobs / 2, cancellationToken));
        var runs = parts.SelectMany(part => part).ToList();

        Report.Head("Figures");
        report.Add("wishes", runs.Count, "");
        report.Add("answers to creates cut inside", inside!.Cuts, "");
        report.Add("answers to creates cut outside", outside.Cuts, "");
        report.Add("requests that clients repeated", counting.Repeated + silent.Repeated, "");
        report.Add("jobs per second", runs.Count / Stopwatch.GetElapsedTime(start).TotalSeconds, "/s");
        Jobs.AddTimes(report, runs);
        var doubled = await FindDoubledAsync(platform, cancellationToken);
        report.ExpectEqual("jobs = wishes", options.Jobs, await CountJobsAsync(platform, cancellationToken));
        report.Expect(
            "every wish has one job", doubled.Count == 0, doubled.Count == 0 ? "all" : string.Join(", ", doubled.Take(10)));
        var answered = runs.Where(run => run.VideoId is not null).Select(run => run.VideoId).ToList();
        report.ExpectEqual("no two wishes were answered with one job", answered.Count, answered.Distinct().Count());
        await new Books(platform).CheckAsync(
            report, runs, counting.UnansweredCreates + silent.UnansweredCreates, cancellationToken);
    }

    private static Task<IReadOnlyList<JobRun>> RunAsync(
        VideoClient client, string name, BenchOptions options, int wishes, CancellationToken cancellationToken) =>
        new Load(client, name, Math.Max(1, options.Concurrency / 2)).RunAsync(wishes, () => false, cancellationToken);

    private static async Task<IReadOnlyList<string>> FindDoubledAsync(Platform platform, CancellationToken cancellationToken)
    {
        await using var connection = platform.Connect(ServiceDatabase.Videos);
        return (await connection.QueryAsync<string>(new CommandDefinition(
            "select prompt from videos group by prompt having count(*) > 1", cancellationToken: cancellationToken))).AsList();
    }

    private static async Task<long> CountJobsAsync(Platform platform, CancellationToken cancellationToken)
    {
        await using var connection = platform.Connect(ServiceDatabase.Videos);
        return await connection.ExecuteScalarAsync<long>(
            new CommandDefinition("select count(*) from videos", cancellationToken: cancellationToken));
    }
}
