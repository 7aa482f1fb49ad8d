using Microsoft.Extensions.Options;
using Npgsql;
using Sora.ServiceDefaults.Database;

namespace Sora.QuotaService.Ledger;

/// <summary>
/// Sums the entries again and again and compares them with the balances of the budgets, which are only a cache of them.
/// It mends nothing: drift means that somebody changed rows by hand, or a mistake in this service.
/// </summary>
internal sealed partial class CheckBalances(
    ServiceDatabase database,
    QuotaMetrics metrics,
    IOptions<LedgerOptions> options,
    TimeProvider clock,
    ILogger<CheckBalances> logger) : BackgroundService
{
    // One statement, hence one snapshot: what is committed meanwhile is seen as a whole or not at all.
    private const string FindDrifts =
        """
        with sums as (
            select organization, project, user_id,
                date_trunc('month', booked_at, 'UTC') as month,
                sum(amount_micro_usd) filter (where account = 'held') as held,
                sum(amount_micro_usd) filter (where account = 'revenue' and phase = 'resolve') as spent,
                null::bigint as open_amount, null::bigint as open_holds
            from entries group by organization, project, user_id, month
            union all
            select organization, project, user_id, null, null, null, sum(amount_micro_usd), count(*)
            from holds where resolved_at is null group by organization, project, user_id),
        sums_by_level as (
            select sums.*, level, owner
            from sums, lateral (
                values ('organization', organization), ('project', project), ('user', user_id))
                as budget (level, owner)),
        compared as (
            select organization, level, owner,
                coalesce(max(held_micro_usd), 0) as held,
                coalesce(max(in_flight), 0) as in_flight,
                coalesce(max(spent_micro_usd), 0) as spent,
                coalesce(sum(sums_by_level.held), 0)::bigint as held_by_entries,
                coalesce(sum(open_amount), 0)::bigint as held_by_holds,
                coalesce(sum(open_holds), 0)::int as in_flight_by_holds,
                coalesce(sum(sums_by_level.spent) filter (where sums_by_level.month = budgets.month), 0)::bigint
                    as spent_by_entries
            from budgets full join sums_by_level using (organization, level, owner)
            group by organization, level, owner)
        select * from compared
        where held <> held_by_entries or held <> held_by_holds
            or in_flight <> in_flight_by_holds or spent <> spent_by_entries
        order by organization, level, owner
        """;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.CheckInterval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await CheckAsync(stoppingToken);
            }
            catch (NpgsqlException exception)
            {
                Log.Skipped(logger, exception);
            }
        }
    }

    internal async Task<IReadOnlyList<Drift>> CheckAsync(CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(cancellationToken);
        var drifts = await work.QueryAsync<Drift>(FindDrifts, null, cancellationToken);
        metrics.Drifted(drifts.Count);
        foreach (var drift in drifts)
        {
            Log.Drifted(logger, drift);
        }

        return drifts;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "A budget's balances are not the sum of its entries: {Drift}")]
        public static partial void Drifted(ILogger logger, Drift drift);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The balances were not checked; the next run will")]
        public static partial void Skipped(ILogger logger, Exception exception);
    }
}

/// <summary>A budget whose balances, in micro-dollars, are not what entries and open holds say.</summary>
internal sealed record Drift(
    string Organization,
    string Level,
    string Owner,
    long Held,
    int InFlight,
    long Spent,
    long HeldByEntries,
    long HeldByHolds,
    int InFlightByHolds,
    long SpentByEntries);
