using Dapper;
using Sora.Bench.Clients;
using Sora.Bench.Processes;
using Sora.Bench.Reports;
using Sora.TestServers.Platform;
using Sora.TestServers.Processes;

namespace Sora.Bench;

/// <summary>
/// Many who watch one project through the gateway and one VideoService while jobs run; in the middle the gateway is killed.
/// Each has to see every event once and in order.
/// </summary>
internal static class Streams
{
    // Every event goes to every watcher: 60 jobs are about 400 000 events to a thousand.
    private const int Jobs = 60;
    private const int Concurrency = 6;
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(2);

    public static async Task RunAsync(BenchOptions options, Report report, CancellationToken cancellationToken)
    {
        await using var platform = await Platform.StartAsync(options, system => AllowStreams(system, options), cancellationToken);
        using var client = platform.NewClient();
        Report.Say($"{Jobs} jobs to warm up");
        await new Load(client, "warm-up", Concurrency).RunAsync(Jobs, () => false, cancellationToken);

        Report.Say($"{options.Watchers} watchers come");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var before = Memory(platform);
        var (first, watchers, watching) = await ComeAsync(platform, options.Watchers, stop.Token);
        var after = Memory(platform);

        Report.Say($"{Jobs} jobs, {Concurrency} at once; the gateway is killed in the middle");
        var runs = await new Load(client, "first", Concurrency).RunAsync(Jobs / 2, () => false, cancellationToken);
        var quiet = TimeProvider.System.GetUtcNow();
        var more = new Load(client, "second", Concurrency).RunAsync(Jobs / 2, () => false, cancellationToken);
        await platform.Gateway.KillAsync(cancellationToken);
        await Task.Delay(Away, cancellationToken);
        await platform.Gateway.StartAsync(cancellationToken);
        var all = runs.Concat(await more).ToList();

        var written = await ReadTimelineAsync(platform, first, cancellationToken);
        await WaitAsync(watchers, written.Count, cancellationToken);
        await stop.CancelAsync();
        await watching;

        Report.Head("Figures");
        report.Add("events", written.Count, "");
        report.Add("events delivered", watchers.Sum(watcher => (double)watcher.Count), "");
        report.AddPercentiles("from the change to a watcher, before the kill", Delays(watchers, written, quiet));
        foreach (var (service, bytes) in after)
        {
            report.Add($"memory for a watcher, {service}", (bytes - before[service]) / 1024.0 / watchers.Count, "KiB");
        }

        report.Expect("every job completes", all.TrueForAll(run => run.Outcome == JobRun.Completed), $"{all.Count}");
        ExpectEach(report, watchers, [.. written.Keys.Order()]);
    }

    private static void AllowStreams(SoraSystem system, BenchOptions options)
    {
        system["video-service"].Variables["Streams__MaxPerProject"] = $"{options.Watchers}";
        system["video-service"].Variables["Streams__MaxPerNode"] = $"{options.Watchers}";
    }

    private static async Task<(long First, IReadOnlyList<EventWatcher> Watchers, Task Watching)> ComeAsync(
        Platform platform, int count, CancellationToken stop)
    {
        var http = new HttpClient(new SocketsHttpHandler { UseProxy = false })
        {
            BaseAddress = platform.Gateway.Address,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        var watchers = Enumerable.Range(0, count).Select(_ => new EventWatcher(http, platform.ApiKey)).ToList();
        var watching = Task.WhenAll(watchers.Select(watcher => watcher.RunAsync(stop)));
        await Task.WhenAll(watchers.Select(watcher => watcher.Connected)).WaitAsync(stop);
        await using var connection = platform.Connect(ServiceDatabase.Videos);
        return (await connection.ExecuteScalarAsync<long>("select max(position) from video_timeline"), watchers, watching);
    }

    private static Dictionary<string, long> Memory(Platform platform) => platform.Services
        .Where(service => service.Name is "gateway" or "video-service")
        .ToDictionary(service => service.Name, service => ProcessTree.PssOf(service.ProcessId));

    private static async Task<IReadOnlyDictionary<long, DateTimeOffset>> ReadTimelineAsync(
        Platform platform, long first, CancellationToken cancellationToken)
    {
        await using var connection = platform.Connect(ServiceDatabase.Videos);
        var rows = await connection.QueryAsync<(long Position, DateTime At)>(new CommandDefinition(
            "select position, at from video_timeline where position > @first",
            new { first },
            cancellationToken: cancellationToken));
        return rows.ToDictionary(row => row.Position, row => new DateTimeOffset(row.At, TimeSpan.Zero));
    }

    /// <summary>What does not come is found by the check.</summary>
    private static async Task WaitAsync(
        IReadOnlyList<EventWatcher> watchers, int count, CancellationToken cancellationToken)
    {
        try
        {
            await Wait.UntilAsync(
                "everybody has seen everything",
                _ => Task.FromResult(watchers.All(watcher => watcher.Count >= count)),
                TimeSpan.FromMinutes(2),
                cancellationToken);
        }
        catch (TimeoutException)
        {
            Report.Say($"{watchers.Count(watcher => watcher.Count < count)} watchers have not seen everything");
        }
    }

    private static IEnumerable<TimeSpan> Delays(
        IReadOnlyList<EventWatcher> watchers, IReadOnlyDictionary<long, DateTimeOffset> written, DateTimeOffset before) =>
        watchers.SelectMany(watcher => watcher.Seen)
            .Where(seen => seen.At < before && written.ContainsKey(seen.Position))
            .Select(seen => seen.At - written[seen.Position]);

    private static void ExpectEach(
        Report report, IReadOnlyList<EventWatcher> watchers, IReadOnlyList<long> expected)
    {
        var exact = watchers.Count(watcher => watcher.Seen.Select(seen => seen.Position).SequenceEqual(expected));
        report.ExpectEqual("watchers that saw each event once, in order", watchers.Count, exact);
        report.Expect(
            "everybody was cut off once and came again",
            watchers.All(watcher => watcher.Streams == 2),
            $"{watchers.Sum(watcher => watcher.Streams)} streams");
    }
}
