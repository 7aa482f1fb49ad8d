using Dapper;
using MassTransit;
using Sora.Contracts;
using Sora.QuotaService.Approvals;
using Sora.QuotaService.Budgets;
using Sora.QuotaService.Tests.Drivers;
using Xunit;

namespace Sora.QuotaService.Tests.Approvals;

public sealed class RequestApprovalTests(QuotaSystem system)
{
    private readonly Tenant _tenant = new(system);
    private readonly string _video = Tenant.NewId("video");

    [Fact]
    public async Task Without_a_rule_nothing_waits() =>
        Assert.Equal("granted", (await _tenant.HoldProAsync(_video)).Status);

    [Fact]
    public async Task A_video_of_a_tier_that_needs_approval_waits_with_its_money_held_and_says_why()
    {
        await AddRuleAsync(tier: "expensive");

        var answer = await _tenant.HoldProAsync(_video);

        Assert.Equal(("needs_approval", "approval_required", 1_200_000), (answer.Status, answer.Reason, answer.AmountMicroUsd));
        Assert.Equal("Videos of the price tier 'expensive' need an approval in this organization.", answer.Message);
        Assert.InRange(
            DateTimeOffset.FromUnixTimeSeconds(answer.ApprovalExpiresAt!.Value) - system.Clock.GetUtcNow(),
            Approval.Lifetime - TimeSpan.FromMinutes(1),
            Approval.Lifetime);
        Assert.Equal((1_200_000, 0, 1), await _tenant.BudgetAsync(BudgetLevel.Project));
        Assert.Equal("pending", await StateAsync());
        Assert.Equal("granted", (await _tenant.HoldAsync(Tenant.NewId("video"))).Status);
    }

    [Theory]
    [InlineData(1_200_000, "needs_approval")]
    [InlineData(1_200_001, "granted")]
    public async Task A_rule_by_cost_holds_from_its_amount_on(long minimum, string status)
    {
        await AddRuleAsync(minimum: minimum);

        Assert.Equal(status, (await _tenant.HoldProAsync(_video)).Status);
    }

    [Fact]
    public async Task The_reason_of_a_rule_by_cost_names_both_amounts()
    {
        await AddRuleAsync(minimum: 500_000);
        await AddRuleAsync(minimum: 1_000_000);

        Assert.Equal(
            "This video costs $1.20; from $1.00 on, a video needs an approval in this organization.",
            (await _tenant.HoldProAsync(_video)).Message);
    }

    [Fact]
    public async Task Asking_again_gets_the_same_answer_and_asks_nobody_twice()
    {
        await AddRuleAsync(tier: "expensive");
        var heard = new List<ApprovalRequested>();
        var listening = system.Get<IBus>().ConnectReceiveEndpoint(Tenant.NewId("listener"), endpoint =>
            endpoint.Handler<ApprovalRequested>(context =>
            {
                lock (heard)
                {
                    heard.Add(context.Message);
                }

                return Task.CompletedTask;
            }));
        await listening.Ready;

        var first = await _tenant.HoldProAsync(_video);
        var second = await _tenant.HoldProAsync(_video);
        await TestServers.Processes.Wait.UntilAsync("it is announced", _ => Task.FromResult(Mine() > 0));
        await listening.StopAsync(CancellationToken.None);

        Assert.Equal(first, second);
        Assert.Equal(1, Mine());

        int Mine()
        {
            lock (heard)
            {
                return heard.Count(request => request.VideoId == _video && request.Reason == first.Message);
            }
        }
    }

    [Fact]
    public async Task A_video_that_ends_undecided_has_nothing_left_to_decide()
    {
        await AddRuleAsync(tier: "expensive");
        await _tenant.HoldProAsync(_video);

        await _tenant.ReleaseAsync(_video);

        Assert.Equal("lapsed", await StateAsync());
        Assert.Equal((0, 0, 0), await _tenant.BudgetAsync(BudgetLevel.Project));
    }

    [Fact]
    public async Task A_refused_hold_asks_for_no_approval()
    {
        await AddRuleAsync(tier: "expensive");
        await _tenant.SetBudgetAsync(BudgetLevel.Project, 1);

        Assert.Equal("refused", (await _tenant.HoldProAsync(_video)).Status);
        Assert.Null(await StateAsync());
    }

    [Fact]
    public async Task Another_organizations_rule_does_not_count()
    {
        await AddRuleAsync(tier: "expensive");

        Assert.Equal("granted", (await new Tenant(system).HoldProAsync(_video)).Status);
    }

    private async Task AddRuleAsync(string? tier = null, long? minimum = null)
    {
        await using var connection = await system.Database.OpenConnectionAsync();
        await connection.ExecuteAsync(
            "insert into approval_rules values (@Id, @Organization, @tier, @minimum, now())",
            new { Id = Tenant.NewId("rule"), _tenant.Organization, tier, minimum });
    }

    private async Task<string?> StateAsync()
    {
        await using var connection = await system.Database.OpenConnectionAsync();
        return await connection.ExecuteScalarAsync<string?>(
            "select state from approvals where video_id = @_video and organization = @Organization",
            new { _video, _tenant.Organization });
    }
}
