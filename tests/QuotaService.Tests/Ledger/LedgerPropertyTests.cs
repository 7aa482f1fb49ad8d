using Dapper;
using FsCheck;
using FsCheck.Fluent;
using Sora.QuotaService.Budgets;
using Sora.QuotaService.Holds;
using Sora.QuotaService.Ledger;
using Sora.QuotaService.Tests.Drivers;
using Xunit;

namespace Sora.QuotaService.Tests.Ledger;

public sealed class LedgerPropertyTests(QuotaSystem system)
{
    // Three of the five videos fit, more or less.
    private const long Limit = 4_000_000;

    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(30);

    private readonly PlaceHold _place = system.Get<PlaceHold>();

    [Fact]
    public void Any_order_repetition_and_loss_of_events_has_the_outcome_of_the_model() =>
        Prop.ForAll(LedgerStep.Lists, steps => FollowAsync(steps).GetAwaiter().GetResult()).Check(Runs);

    [Fact]
    public void Events_on_several_connections_at_once_leave_the_ledger_even() =>
        Prop.ForAll(LedgerStep.Lists, steps => ScatterAsync(steps).GetAwaiter().GetResult()).Check(Runs);

    private async Task FollowAsync(LedgerStep[] steps)
    {
        var tenant = await BeginAsync();
        var model = new LedgerModel(Limit);
        foreach (var step in steps)
        {
            Assert.Equal(step.Do(model), await step.DoAsync(tenant, _place));
        }

        var (held, spent, _) = await tenant.BudgetAsync(BudgetLevel.Organization);
        Assert.Equal((model.Held, model.Spent), (held, spent));
        Assert.Equal(-model.Held - model.Spent, await tenant.AccountAsync("available"));
        Assert.Equal(model.Held, await tenant.AccountAsync("held"));
        Assert.Equal(-model.Lost, await tenant.AccountAsync("loss"));
        Assert.Equal(-model.Suspended, await tenant.AccountAsync("suspense"));
        Assert.Equal(model.Owed, await tenant.AccountAsync("upstream_payable"));
        await AssertEvenAsync(tenant);
    }

    private async Task ScatterAsync(LedgerStep[] steps)
    {
        var tenant = await BeginAsync();
        await Task.WhenAll(steps.Select(step => Task.Run(() => step.DoAsync(tenant, _place))));
        await AssertEvenAsync(tenant);
    }

    /// <summary>A tenant whose organisation has the limit.</summary>
    private async Task<Tenant> BeginAsync()
    {
        var tenant = new Tenant(system);
        await tenant.SetBudgetAsync(BudgetLevel.Organization, Limit);
        return tenant;
    }

    private async Task AssertEvenAsync(Tenant tenant)
    {
        await using var connection = await system.Database.OpenConnectionAsync();
        var wrong = await connection.QueryAsync<string>(
            """
            select 'does not sum to zero: ' || transaction_id from entries where organization = @Organization
            group by transaction_id having sum(amount_micro_usd) <> 0 or count(*) < 2
            union all
            select 'holds money after its end: ' || video_id from entries join holds using (video_id)
            where entries.organization = @Organization and resolved_at is not null
            group by video_id having sum(entries.amount_micro_usd) filter (where account = 'held') <> 0
            union all
            select 'is owed more than once: ' || video_id from entries join holds using (video_id)
            where entries.organization = @Organization and account = 'upstream_payable'
            group by video_id having sum(entries.amount_micro_usd) > max(upstream_cost_micro_usd)
            union all
            select 'is over its budget: ' || owner from budgets
            where organization = @Organization and held_micro_usd + spent_micro_usd > monthly_limit_micro_usd
            """,
            new { tenant.Organization });
        Assert.Empty(wrong);
        var drifts = await system.Get<CheckBalances>().CheckAsync(CancellationToken.None);
        Assert.DoesNotContain(drifts, drift => drift.Organization == tenant.Organization);
    }
}
