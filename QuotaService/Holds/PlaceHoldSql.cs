using Sora.QuotaService.Approvals;
using Sora.QuotaService.Budgets;
using Sora.QuotaService.Prices;

namespace Sora.QuotaService.Holds;

/// <summary>The statements of <see cref="PlaceHold"/>: one round trip under the caller's role.</summary>
internal static class PlaceHoldSql
{
    /// <summary>
    /// The hold, then one conditional update for each level, each only after the one before it: reading and then
    /// writing would sell the same budget twice. Unless all of it is done, the caller rolls back. The hold comes
    /// before the budgets, as it does where holds are resolved: opposite orders would wait for each other.
    /// </summary>
    public const string Place =
        $"""
        {EnsureBudgets};
        with rule as ({ApprovalRule.Find}),
        hold as (
            insert into holds (
                video_id, organization, project, user_id, status, kind, model, size, seconds,
                price_version, tier, amount_micro_usd, upstream_cost_micro_usd, placed_at)
            values (
                @VideoId, @Organization, @Project, @User,
                case when exists (select from rule) then 'needs_approval' else 'granted' end, @Kind, @Model, @Size, @Seconds,
                @PriceVersion, @Tier, @Amount, @UpstreamCost, @Now)
            on conflict (video_id) do nothing
            returning 1),
        organization_fits as (
            {TakeFrom} and level = 'organization' and owner = @Organization
                and exists (select from hold) returning 1),
        project_fits as (
            {TakeFrom} and level = 'project' and owner = @Project
                and exists (select from organization_fits) returning 1),
        user_fits as (
            {TakeFrom} and level = 'user' and owner = @User
                and exists (select from project_fits) returning 1),
        entry as (
            insert into entries (
                video_id, phase, account, amount_micro_usd, organization, project, user_id, booked_at)
            select @VideoId, 'hold', account, amount, @Organization, @Project, @User, @Now
            from (values ('available', -@Amount), ('held', @Amount)) as line (account, amount)
            where @Amount > 0 and exists (select from user_fits))
        select exists (select from hold) as is_new,
            (select count(*)::int from organization_fits) + (select count(*)::int from project_fits)
                + (select count(*)::int from user_fits) as levels_fitted,
            (select tier from rule) as rule_tier, (select min_amount_micro_usd from rule) as rule_min_amount_micro_usd
        """;

    // Only a missing budget is inserted: looking for a conflict would wait for everyone who changes the row.
    private const string EnsureBudgets =
        """
        insert into budgets (organization, level, owner, monthly_limit_micro_usd, max_in_flight, month)
        select @Organization, level, owner, monthly_limit, max_in_flight, @Month
        from unnest(@Levels, @Owners, @MonthlyLimits, @MaxInFlight)
            as missing (level, owner, monthly_limit, max_in_flight)
        where not exists (
            select from budgets
            where organization = @Organization and level = missing.level and owner = missing.owner)
        on conflict do nothing
        """;

    private const string TakeFrom =
        """
        update budgets set held_micro_usd = held_micro_usd + @Amount, in_flight = in_flight + 1
        where organization = @Organization
            and held_micro_usd + case when month >= @Month then spent_micro_usd else 0 end + @Amount
                <= monthly_limit_micro_usd
            and (max_in_flight is null or in_flight < max_in_flight)
        """;

    public static object Parameters(Order order, Price price, BudgetOptions budgets, DateTimeOffset now)
    {
        DefaultBudget[] defaults = [budgets.DefaultOrganization, budgets.DefaultProject, budgets.DefaultUser];
        return new
        {
            order.VideoId,
            order.Caller.Organization,
            order.Caller.Project,
            order.Caller.User,
            order.Kind,
            order.Model,
            order.Size,
            order.Seconds,
            PriceVersion = price.Version,
            price.Tier,
            Amount = price.Of(order.Seconds),
            UpstreamCost = price.UpstreamCostOf(order.Seconds),
            Now = now,
            Month = Month.Of(now),
            Levels = BudgetLevel.All,
            order.Owners,
            MonthlyLimits = defaults.Select(budget => budget.MonthlyLimitMicroUsd).ToArray(),
            MaxInFlight = defaults.Select(budget => budget.MaxInFlight).ToArray(),
        };
    }
}
