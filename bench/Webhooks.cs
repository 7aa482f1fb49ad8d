using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using Sora.Bench.Clients;
using Sora.Bench.Reports;
using Sora.TestServers.Platform;
using Sora.TestServers.Processes;

namespace Sora.Bench;

/// <summary>
/// Webhooks to customers while one endpoint is dead with a long backlog, and while a receiver is away for an hour: the
/// others must not notice, and everything must arrive in the end. Calm and storm take turns, so that both see the same
/// machine. The schedule's times are divided by <c>--scale</c>.
/// </summary>
internal static class Webhooks
{
    private const int Rounds = 4;
    private const int Backlog = 10_000;
    private const int Endpoints = 4;
    private const int EventsPerBatch = 3;
    private const string Dead = "/dead";

    private static readonly TimeSpan RoundLength = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan BatchPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    private static readonly TimeSpan[] Schedule =
    [
        TimeSpan.Zero, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2),
        TimeSpan.FromHours(5), TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ];

    public static async Task RunAsync(BenchOptions options, Report report, CancellationToken cancellationToken)
    {
        await using var platform = await Platform.StartAsync(
            options, system => Configure(system, options.Scale), cancellationToken);
        var receiver = new WebhookReceiver(FreePort.Next());
        await receiver.StartAsync(cancellationToken);
        using var http = platform.NewHttp();
        string[] healthy = [.. Enumerable.Range(1, Endpoints).Select(number => $"/healthy/{number}")];
        foreach (var path in healthy)
        {
            await AddEndpointAsync(http, receiver, path, "video.completed", cancellationToken);
        }

        var dead = await AddEndpointAsync(http, receiver, Dead, "video.failed", cancellationToken);
        receiver.Silent[Dead] = true;
        await using var database = platform.Connect(ServiceDatabase.Webhooks);
        var owner = await database.QuerySingleAsync<(string Organization, string Project)>(
            "select organization, project from webhook_endpoints limit 1");
        var events = new Events(database, owner.Organization, owner.Project);

        Task SetDeadAsync(bool isEnabled) => SetEnabledAsync(http, dead, isEnabled, cancellationToken);
        await MeasureAsync(report, events, receiver, healthy, SetDeadAsync, cancellationToken);
        await RecoverAsync(report, platform, receiver, cancellationToken);
        await OutageAsync(report, options, platform, events, receiver, cancellationToken);
        report.ExpectEqual("webhooks whose signature was wrong", 0, receiver.Forged);
        await receiver.StopAsync();
    }

    private static void Configure(SoraSystem system, int scale)
    {
        var webhooks = system["webhook-service"].Variables;
        webhooks["Egress__AllowHttp"] = "true";
        webhooks["Egress__AllowedNetworks__0"] = "127.0.0.0/8";
        webhooks["Deliveries__MaxPause"] = $"{TimeSpan.FromMinutes(1) / scale}";
        foreach (var (attempt, pause) in Schedule.Index())
        {
            webhooks[$"Deliveries__Schedule__{attempt}"] = $"{pause / scale}";
        }
    }

    /// <summary>First attempts at the healthy endpoints, with the dead one disabled and enabled in turn.</summary>
    private static async Task MeasureAsync(
        Report report,
        Events events,
        WebhookReceiver receiver,
        string[] healthy,
        Func<bool, Task> setDead,
        CancellationToken cancellationToken)
    {
        Report.Say($"{Backlog} events for an endpoint that takes requests and never answers");
        await setDead(false);
        await events.SayAsync("VideoFailed", Backlog, cancellationToken);
        await events.WaitForAsync(
            "the backlog is there", $"select count(*) >= {Backlog} from webhook_deliveries", cancellationToken);
        await RunRoundAsync("to warm up");
        var (calm, storm) = (new List<TimeSpan>(), new List<TimeSpan>());
        for (var round = 1; round <= Rounds; round++)
        {
            await setDead(false);
            calm.AddRange(await RunRoundAsync($"calm {round}"));
            await setDead(true);
            storm.AddRange(await RunRoundAsync($"storm {round}"));
        }

        Report.Head("First attempts at healthy endpoints");
        report.AddPercentiles("nobody dead", calm);
        report.AddPercentiles("one dead, 10 000 behind it", storm);
        var ratio = Percentile(storm) / Percentile(calm);
        report.Expect("p99 with a dead endpoint <= 1.1 x p99 without", ratio <= 1.1, $"{ratio:0.00}");

        async Task<IEnumerable<TimeSpan>> RunRoundAsync(string name)
        {
            Report.Say(name);
            var sent = await events.StreamAsync(RoundLength, EventsPerBatch, BatchPause, cancellationToken);
            await Wait.UntilAsync(
                "all first attempts have come",
                _ => Task.FromResult(sent.Keys.All(id => healthy.All(path => receiver.FirstAt(path, id) is not null))),
                Patience,
                cancellationToken);
            return [.. from video in sent from path in healthy
                       select Stopwatch.GetElapsedTime(video.Value, receiver.FirstAt(path, video.Key)!.Value)];
        }
    }

    private static double Percentile(List<TimeSpan> times) =>
        times.Order().ElementAt((int)((times.Count - 1) * 0.99)).TotalMilliseconds;

    private static async Task RecoverAsync(
        Report report, Platform platform, WebhookReceiver receiver, CancellationToken cancellationToken)
    {
        Report.Head("The dead endpoint comes back");
        receiver.Silent.Clear();
        var start = Stopwatch.GetTimestamp();
        await ExpectAllDeliveredAsync(report, platform, cancellationToken);
        report.Add("until its backlog was delivered", Stopwatch.GetElapsedTime(start).TotalSeconds, "s");
        report.ExpectEqual("events it got", Backlog, receiver.Count(Dead));
    }

    /// <summary>The receiver is away for an hour of the schedule, and events go on.</summary>
    private static async Task OutageAsync(
        Report report,
        BenchOptions options,
        Platform platform,
        Events events,
        WebhookReceiver receiver,
        CancellationToken cancellationToken)
    {
        Report.Head("The receiver is away for an hour");
        await receiver.StopAsync();
        var sent = await events.StreamAsync(
            TimeSpan.FromHours(1) / options.Scale, EventsPerBatch, 10 * BatchPause, cancellationToken);
        await receiver.StartAsync(cancellationToken);
        var start = Stopwatch.GetTimestamp();
        await ExpectAllDeliveredAsync(report, platform, cancellationToken);
        report.Add("events while it was away", sent.Count, "");
        report.Add("until all were delivered, in the schedule's time",
            Stopwatch.GetElapsedTime(start).TotalMinutes * options.Scale, "min");
    }

    private static async Task ExpectAllDeliveredAsync(
        Report report, Platform platform, CancellationToken cancellationToken)
    {
        await using var database = platform.Connect(ServiceDatabase.Webhooks);
        await Wait.UntilAsync(
            "nothing is pending",
            async _ => await database.ExecuteScalarAsync<long>(
                "select count(*) from webhook_deliveries where status = 'pending'") == 0,
            Patience,
            cancellationToken);
        var others = await database.QueryAsync<(string Status, long Count)>(
            "select status, count(*) from webhook_deliveries where status <> 'delivered' group by status");
        var open = string.Join(", ", others.Select(other => $"{other.Status}: {other.Count}"));
        report.Expect("everything is delivered", open.Length == 0, open.Length == 0 ? "all" : open);
    }

    private static async Task<string> AddEndpointAsync(
        HttpClient http, WebhookReceiver receiver, string path, string type, CancellationToken cancellationToken)
    {
        var answer = await PostAsync(
            http,
            "v1/webhook_endpoints",
            new { name = path, url = receiver.Url(path), event_types = new[] { type } },
            cancellationToken);
        receiver.Secrets[path] = answer.GetProperty("signing_secret").GetString()!;
        return answer.GetProperty("id").GetString()!;
    }

    /// <summary>Disables the endpoint, or enables it and sends all that it missed.</summary>
    private static async Task SetEnabledAsync(
        HttpClient http, string id, bool isEnabled, CancellationToken cancellationToken)
    {
        var status = isEnabled ? "enabled" : "disabled";
        await PostAsync(http, $"v1/webhook_endpoints/{id}", new { sora = new { status } }, cancellationToken);
        if (isEnabled)
        {
            await PostAsync(http, $"v1/webhook_endpoints/{id}/replay", new { }, cancellationToken);
        }
    }

    private static async Task<JsonElement> PostAsync(
        HttpClient http, string path, object body, CancellationToken cancellationToken)
    {
        using var answer = await http.PostAsJsonAsync(path, body, cancellationToken);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
    }
}
