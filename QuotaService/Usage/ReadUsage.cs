using Microsoft.Extensions.Options;
using Sora.QuotaService.Budgets;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;

namespace Sora.QuotaService.Usage;

/// <summary>What the caller's project has spent in a month, and what is held and left.</summary>
internal sealed class ReadUsage(ServiceDatabase database, IOptions<BudgetOptions> defaults, TimeProvider clock)
{
    private const string FindSpending =
        """
        select to_char(entry.booked_at at time zone 'UTC', 'YYYY-MM-DD') as day, hold.model, entry.user_id as "user",
            sum(entry.amount_micro_usd)::bigint as spent_micro_usd, count(*)::int as videos
        from entries entry join holds hold using (video_id)
        where entry.project = @Project and entry.organization = @Organization
            and entry.phase = 'resolve' and entry.account = 'revenue'
            and entry.booked_at >= @Start and entry.booked_at < @End
        group by 1, 2, 3 order by 1, 2, 3
        """;

    private const string FindBudgets =
        $"""
        select {Budget.Columns} from budgets
        where organization = @Organization and (level, owner) in (
            ('organization', @Organization), ('project', @Project), ('user', @User))
        """;

    public async Task<IResult> HandleAsync(string? month, Caller caller, CancellationToken cancellationToken)
    {
        var current = Month.Of(clock.GetUtcNow());
        var asked = current;
        if (month is not null && !Month.TryParse(month, out asked))
        {
            return ApiError.Invalid("month", "'month' must be a calendar month as YYYY-MM, for example 2026-11.");
        }

        var spendings = await ReadSpendingAsync(caller, asked, cancellationToken);
        return TypedResults.Ok(new UsageResource(
            "usage",
            "usd",
            Month.Format(asked),
            spendings.Sum(spending => spending.SpentMicroUsd),
            asked == current ? await ReadBudgetsAsync(caller, current, cancellationToken) : [],
            [.. spendings.GroupBy(spending => spending.Day)
                .Select(day => new DayUsage(day.Key, Spent(day), Videos(day)))],
            [.. spendings.GroupBy(spending => spending.Model)
                .Select(model => new ModelUsage(model.Key, Spent(model), Videos(model)))
                .OrderByDescending(model => model.SpentMicroUsd)],
            [.. spendings.GroupBy(spending => spending.User)
                .Select(user => new UserUsage(user.Key, Spent(user), Videos(user)))
                .OrderByDescending(user => user.SpentMicroUsd)]));
    }

    private Task<IReadOnlyList<Spending>> ReadSpendingAsync(
        Caller caller, DateTimeOffset month, CancellationToken cancellationToken) => database.ReadAsync<Spending>(
        caller,
        FindSpending,
        new { caller.Project, caller.Organization, Start = month, End = month.AddMonths(1) },
        cancellationToken);

    private async Task<IReadOnlyList<BudgetUsage>> ReadBudgetsAsync(
        Caller caller, DateTimeOffset month, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync<Budget>(
            caller,
            FindBudgets,
            new { caller.Organization, caller.Project, caller.User, Month = month },
            cancellationToken);
        var options = defaults.Value;
        return
        [
            Describe(rows, BudgetLevel.Organization, caller.Organization, options.DefaultOrganization),
            Describe(rows, BudgetLevel.Project, caller.Project, options.DefaultProject),
            Describe(rows, BudgetLevel.User, caller.User, options.DefaultUser),
        ];
    }

    /// <summary>The budget as it is, or as the first hold would make it.</summary>
    private static BudgetUsage Describe(
        IReadOnlyList<Budget> budgets, string level, string owner, DefaultBudget otherwise)
    {
        var budget = budgets.FirstOrDefault(budget => budget.Level == level)
            ?? new Budget(level, owner, otherwise.MonthlyLimitMicroUsd, otherwise.MaxInFlight, 0, 0, 0);
        return new BudgetUsage(
            level,
            owner,
            budget.MonthlyLimitMicroUsd,
            budget.SpentMicroUsd,
            budget.HeldMicroUsd,
            budget.LeftMicroUsd,
            budget.InFlight,
            budget.MaxInFlight);
    }

    private static long Spent(IEnumerable<Spending> spendings) => spendings.Sum(spending => spending.SpentMicroUsd);

    private static int Videos(IEnumerable<Spending> spendings) => spendings.Sum(spending => spending.Videos);

    private sealed record Spending(string Day, string Model, string User, long SpentMicroUsd, int Videos);
}
