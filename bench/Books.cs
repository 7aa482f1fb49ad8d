using System.Text.Json;
using Dapper;
using Sora.Bench.Clients;
using Sora.Bench.Reports;
using Sora.TestServers.Processes;

namespace Sora.Bench;

/// <summary>
/// What must be true once a run is over, whatever was broken in it: every job that was answered is complete, the simulator
/// charged for each video once, the money is even, and nothing waits anywhere.
/// </summary>
internal sealed class Books(Platform platform)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>Waits until nothing is under way any more, then adds the checks.</summary>
    /// <param name="report">Where they go.</param>
    /// <param name="runs">Every job that was ever asked for.</param>
    /// <param name="unansweredCreates">How many creates were sent and not answered with a video.</param>
    /// <param name="cancellationToken">Ends the checks.</param>
    public async Task CheckAsync(
        Report report, IReadOnlyList<JobRun> runs, long unansweredCreates, CancellationToken cancellationToken)
    {
        Report.Head("Books");
        await ExpectRestAsync(report, cancellationToken);
        var answered = runs.Where(run => run.VideoId is not null).Select(run => run.VideoId!).ToHashSet();
        var videos = await QueryAsync<VideoRow>(
            ServiceDatabase.Videos, "select id, stage, upstream_id as upstreamId from videos", cancellationToken);
        var holds = await QueryAsync<HoldRow>(
            ServiceDatabase.Quota,
            "select video_id as videoId, status, amount_micro_usd as amountMicroUsd from holds",
            cancellationToken);

        report.ExpectEqual(
            "every answered job is ready",
            answered.Count,
            videos.Count(video => video.Stage == "ready" && answered.Contains(video.Id)));
        await ExpectOneChargeEachAsync(report, videos, cancellationToken);
        ExpectFewUnknown(report, videos, answered, unansweredCreates);
        ExpectHoldsToMatch(report, videos, holds);
        await ExpectEvenLedgerAsync(report, holds, cancellationToken);
        await ExpectNoErrorsAsync(report, cancellationToken);
    }

    private async Task ExpectRestAsync(Report report, CancellationToken cancellationToken)
    {
        var waiting = "";
        try
        {
            await Wait.UntilAsync(
                "nothing is under way",
                async token => (waiting = await FindWaitingAsync(token)).Length == 0,
                Patience,
                cancellationToken);
        }
        catch (TimeoutException)
        {
            // The check says what still waits.
        }

        report.Expect("nothing is held, in an outbox or in a queue", waiting.Length == 0, waiting.Length == 0 ? "0" : waiting);
    }

    private async Task<string> FindWaitingAsync(CancellationToken cancellationToken)
    {
        var counts = new Dictionary<string, long>
        {
            ["open jobs"] = await CountAsync(
                ServiceDatabase.Videos,
                "select count(*) from videos where stage not in ('ready', 'failed', 'rejected', 'cancelled', 'expired')",
                cancellationToken),
            ["open holds"] = await CountAsync(
                ServiceDatabase.Quota, "select count(*) from holds where resolved_at is null", cancellationToken),
        };
        foreach (var database in ServiceDatabase.All)
        {
            counts[$"outbox of {database.Name}"] =
                await CountAsync(database, "select count(*) from outbox", cancellationToken);
        }

        foreach (var (queue, messages) in await platform.OwnServers.RabbitMq.CountMessagesAsync(cancellationToken))
        {
            counts[queue] = IsForErrors(queue) ? 0 : messages;
        }

        return string.Join(", ", counts.Where(count => count.Value > 0).Select(count => $"{count.Key}: {count.Value}"));
    }

    private async Task ExpectOneChargeEachAsync(
        Report report, IReadOnlyList<VideoRow> videos, CancellationToken cancellationToken)
    {
        var charges = await platform.AskSimulatorAsync("charges", cancellationToken);
        var charged = charges.GetProperty("data").EnumerateArray().Select(ReadId).ToList();
        var known = videos.Where(video => video.UpstreamId is not null).Select(video => video.UpstreamId!).ToHashSet();
        report.ExpectEqual("no video at the simulator is charged twice", charged.Count, charged.Distinct().Count());
        report.ExpectEqual("no charge is for a video that no job knows", 0, charged.Count(id => !known.Contains(id)));
        report.ExpectEqual("one charge for each job that was submitted", known.Count, charged.Count);

        static string ReadId(JsonElement charge) => charge.GetProperty("id").GetString()!;
    }

    // A create whose answer was cut off after its commit: its client does not know it, its money must be even all the same.
    private static void ExpectFewUnknown(
        Report report, IReadOnlyList<VideoRow> videos, HashSet<string> answered, long unansweredCreates)
    {
        var unknown = videos.Count(video => !answered.Contains(video.Id));
        report.Expect(
            "videos unknown to their clients <= creates without an answer",
            unknown <= unansweredCreates,
            $"{unknown} of {unansweredCreates}");
        report.ExpectEqual("rows in videodb = answered + unknown", answered.Count + unknown, videos.Count);
    }

    private static void ExpectHoldsToMatch(Report report, IReadOnlyList<VideoRow> videos, IReadOnlyList<HoldRow> holds)
    {
        var ready = videos.Where(video => video.Stage == "ready").Select(video => video.Id).ToHashSet();
        var settled = holds.Where(hold => hold.Status == "settled").Select(hold => hold.VideoId).ToHashSet();
        report.ExpectEqual("settled holds = ready videos", ready.Count, settled.Count);
        report.Expect("each settled hold belongs to a ready video", settled.SetEquals(ready), $"{settled.Count(ready.Contains)}");
    }

    private async Task ExpectEvenLedgerAsync(
        Report report, IReadOnlyList<HoldRow> holds, CancellationToken cancellationToken)
    {
        report.ExpectEqual("the ledger sums to zero", 0, await CountAsync(
            ServiceDatabase.Quota, "select coalesce(sum(amount_micro_usd), 0)::bigint from entries", cancellationToken));
        report.ExpectEqual("transactions that do not sum to zero", 0, await CountAsync(
            ServiceDatabase.Quota,
            "select count(*) from (select from entries group by transaction_id having sum(amount_micro_usd) <> 0) as odd",
            cancellationToken));
        report.ExpectEqual("held or in flight in any budget", 0, await CountAsync(
            ServiceDatabase.Quota,
            "select coalesce(sum(held_micro_usd + in_flight), 0)::bigint from budgets",
            cancellationToken));
        report.ExpectEqual(
            "spent by the organisation = settled holds, in micro-dollars",
            holds.Where(hold => hold.Status == "settled").Sum(hold => hold.AmountMicroUsd),
            await CountAsync(
                ServiceDatabase.Quota,
                "select sum(spent_micro_usd)::bigint from budgets where level = 'organization'",
                cancellationToken));
    }

    private async Task ExpectNoErrorsAsync(Report report, CancellationToken cancellationToken)
    {
        var failed = (await platform.OwnServers.RabbitMq.CountMessagesAsync(cancellationToken))
            .Where(queue => IsForErrors(queue.Key) && queue.Value > 0)
            .Select(queue => $"{queue.Key}: {queue.Value}")
            .ToList();
        report.Expect("the error queues are empty", failed.Count == 0, failed.Count == 0 ? "0" : string.Join(", ", failed));
    }

    private static bool IsForErrors(string queue) =>
        queue.EndsWith("_error", StringComparison.Ordinal) || queue.EndsWith("_skipped", StringComparison.Ordinal);

    private async Task<long> CountAsync(ServiceDatabase database, string sql, CancellationToken cancellationToken)
    {
        await using var connection = platform.Connect(database);
        return await connection.ExecuteScalarAsync<long>(new CommandDefinition(sql, cancellationToken: cancellationToken));
    }

    private async Task<IReadOnlyList<T>> QueryAsync<T>(
        ServiceDatabase database, string sql, CancellationToken cancellationToken)
    {
        await using var connection = platform.Connect(database);
        return (await connection.QueryAsync<T>(new CommandDefinition(sql, cancellationToken: cancellationToken))).AsList();
    }

    private sealed record VideoRow(string Id, string Stage, string? UpstreamId);

    private sealed record HoldRow(string VideoId, string Status, long AmountMicroUsd);
}
