using Sora.Contracts;
using Sora.QuotaService.Budgets;
using Sora.QuotaService.Holds;
using Sora.QuotaService.Tests.Drivers;
using Xunit;

namespace Sora.QuotaService.Tests.Holds;

/// <summary>For every way in which a video ends: who pays. The price is $1.20, the upstream charges $0.60.</summary>
public sealed class MoneyFateTests(QuotaSystem system)
{
    private const long Price = 1_200_000;
    private const long Cost = 600_000;

    private readonly Tenant _tenant = new(system);
    private readonly string _video = Tenant.NewId("video");

    [Fact]
    public async Task A_ready_video_is_paid_by_its_customer_and_owed_to_the_upstream()
    {
        await _tenant.HoldProAsync(_video);
        var resolution = await _tenant.SettleAsync(_video);

        Assert.Equal(ResolutionOutcome.Resolved, resolution.Outcome);
        await AssertAccountsAsync(available: -Price, revenue: Price - Cost, payable: Cost);
        await AssertBudgetsAsync(spent: Price);
    }

    [Fact]
    public async Task A_video_that_the_upstream_does_not_charge_costs_nobody_anything()
    {
        await _tenant.HoldProAsync(_video);
        await _tenant.ReleaseAsync(_video, UpstreamCharge.None);

        await AssertAccountsAsync();
        await AssertBudgetsAsync(spent: 0);
    }

    [Fact]
    public async Task A_lost_video_that_the_upstream_charges_is_our_loss()
    {
        await _tenant.HoldProAsync(_video);
        await _tenant.ReleaseAsync(_video, UpstreamCharge.Charged);

        await AssertAccountsAsync(loss: -Cost, payable: Cost);
        await AssertBudgetsAsync(spent: 0);
    }

    [Fact]
    public async Task A_cancelled_video_that_the_upstream_bills_is_paid_by_its_customer()
    {
        await _tenant.HoldProAsync(_video);
        var resolution = await _tenant.CancelBilledAsync(_video);

        Assert.Equal((ResolutionOutcome.Resolved, HoldStatus.Settled), (resolution.Outcome, resolution.Hold!.Status));
        await AssertAccountsAsync(available: -Price, revenue: Price - Cost, payable: Cost);
        await AssertBudgetsAsync(spent: Price);
    }

    [Fact]
    public async Task A_billed_cancellation_after_the_settlement_is_not_paid_twice()
    {
        await _tenant.HoldProAsync(_video);
        await _tenant.SettleAsync(_video);
        var resolution = await _tenant.CancelBilledAsync(_video);

        Assert.Equal(ResolutionOutcome.ResolvedBefore, resolution.Outcome);
        await AssertAccountsAsync(available: -Price, revenue: Price - Cost, payable: Cost);
        await AssertBudgetsAsync(spent: Price);
    }

    [Fact]
    public async Task A_video_that_nobody_knows_about_waits_in_suspense()
    {
        await _tenant.HoldProAsync(_video);
        await _tenant.ReleaseAsync(_video, UpstreamCharge.Unresolved);

        await AssertAccountsAsync(suspense: -Cost, payable: Cost);
        await AssertBudgetsAsync(spent: 0);
    }

    [Fact]
    public async Task A_video_rendered_after_its_deadline_is_our_loss_once()
    {
        await _tenant.HoldProAsync(_video);
        await _tenant.ReleaseAsync(_video);
        await _tenant.RenderLateAsync(_video);
        await _tenant.RenderLateAsync(_video);

        await AssertAccountsAsync(loss: -Cost, payable: Cost);
    }

    [Fact]
    public async Task A_video_in_suspense_that_was_rendered_after_all_moves_to_loss()
    {
        await _tenant.HoldProAsync(_video);
        await _tenant.ReleaseAsync(_video, UpstreamCharge.Unresolved);
        await _tenant.RenderLateAsync(_video);
        await _tenant.RenderLateAsync(_video);

        await AssertAccountsAsync(loss: -Cost, payable: Cost);
    }

    [Fact]
    public async Task News_of_a_late_video_may_come_before_the_news_of_its_failure()
    {
        await _tenant.HoldProAsync(_video);
        await _tenant.RenderLateAsync(_video);
        await _tenant.ReleaseAsync(_video, UpstreamCharge.Unresolved);

        await AssertAccountsAsync(loss: -Cost, payable: Cost);
        await AssertBudgetsAsync(spent: 0);
    }

    [Fact]
    public async Task A_release_after_the_settlement_changes_nothing_and_says_so()
    {
        await _tenant.HoldProAsync(_video);
        await _tenant.SettleAsync(_video);
        var resolution = await _tenant.ReleaseAsync(_video, UpstreamCharge.Charged);

        Assert.Equal(ResolutionOutcome.ResolvedBefore, resolution.Outcome);
        Assert.Equal(HoldStatus.Settled, resolution.Hold!.Status);
        await AssertAccountsAsync(available: -Price, revenue: Price - Cost, payable: Cost);
        await AssertBudgetsAsync(spent: Price);
    }

    [Fact]
    public async Task A_settlement_after_the_release_leaves_the_customer_free_and_the_cost_to_us()
    {
        await _tenant.HoldProAsync(_video);
        await _tenant.ReleaseAsync(_video);
        var resolution = await _tenant.SettleAsync(_video);

        Assert.Equal(ResolutionOutcome.ResolvedBefore, resolution.Outcome);
        await AssertAccountsAsync(loss: -Cost, payable: Cost);
        await AssertBudgetsAsync(spent: 0);
    }

    [Fact]
    public async Task A_settlement_without_a_hold_takes_no_money()
    {
        var resolution = await _tenant.SettleAsync(_video);

        Assert.Equal(ResolutionOutcome.NeverHeld, resolution.Outcome);
        await AssertAccountsAsync();
    }

    [Fact]
    public async Task Of_settlement_release_and_billed_cancellation_at_once_exactly_one_wins()
    {
        for (var round = 0; round < 30; round++)
        {
            var video = Tenant.NewId("video");
            await _tenant.HoldAsync(video);
            var outcomes = await Task.WhenAll(
                Task.Run(() => _tenant.SettleAsync(video)),
                Task.Run(() => _tenant.ReleaseAsync(video)),
                Task.Run(() => _tenant.CancelBilledAsync(video)));
            Assert.Single(outcomes, resolution => resolution.Outcome == ResolutionOutcome.Resolved);
            Assert.Single(outcomes.Select(resolution => resolution.Hold!.Status).Distinct());
        }

        var (held, spent, inFlight) = await _tenant.BudgetAsync(BudgetLevel.User);
        Assert.Equal((0, 0), (held, inFlight));
        Assert.Equal(spent, await _tenant.AccountAsync("revenue"));
    }

    private async Task AssertAccountsAsync(
        long available = 0, long revenue = 0, long payable = 0, long loss = 0, long suspense = 0)
    {
        Assert.Equal(0, await _tenant.AccountAsync("held", _video));
        Assert.Equal(available, await _tenant.AccountAsync("available", _video));
        Assert.Equal(revenue, await _tenant.AccountAsync("revenue", _video));
        Assert.Equal(payable, await _tenant.AccountAsync("upstream_payable", _video));
        Assert.Equal(loss, await _tenant.AccountAsync("loss", _video));
        Assert.Equal(suspense, await _tenant.AccountAsync("suspense", _video));
    }

    private async Task AssertBudgetsAsync(long spent)
    {
        foreach (var level in BudgetLevel.All)
        {
            Assert.Equal((0, spent, 0), await _tenant.BudgetAsync(level));
        }
    }
}
