using Sora.QuotaService.Budgets;
using Sora.QuotaService.Tests.Drivers;
using Xunit;

namespace Sora.QuotaService.Tests.Holds;

public sealed class PlaceHoldTests(QuotaSystem system)
{
    private readonly Tenant _tenant = new(system);
    private readonly string _video = Tenant.NewId("video");

    [Fact]
    public async Task A_hold_sets_the_price_aside_on_every_level()
    {
        var answer = await _tenant.HoldAsync(_video, seconds: 8);

        Assert.Equal(("granted", 800_000, 2, "standard"),
            (answer.Status, answer.AmountMicroUsd, answer.PriceVersion, answer.Tier));
        Assert.Null(answer.Reason);
        foreach (var level in BudgetLevel.All)
        {
            Assert.Equal((800_000, 0, 1), await _tenant.BudgetAsync(level));
        }

        Assert.Equal(-800_000, await _tenant.AccountAsync("available", _video));
        Assert.Equal(800_000, await _tenant.AccountAsync("held", _video));
    }

    [Fact]
    public async Task A_repeated_hold_gives_the_first_answer_and_holds_once()
    {
        var first = await _tenant.HoldAsync(_video, seconds: 8);
        var repeated = await _tenant.HoldAsync(_video, seconds: 12);

        Assert.Equal(first, repeated);
        Assert.Equal((800_000, 0, 1), await _tenant.BudgetAsync(BudgetLevel.User));
    }

    [Fact]
    public async Task A_repeated_hold_is_granted_though_the_budget_has_been_used_up_by_it()
    {
        await _tenant.SetBudgetAsync(BudgetLevel.Project, 800_000);

        Assert.Equal("granted", (await _tenant.HoldAsync(_video)).Status);
        Assert.Equal("granted", (await _tenant.HoldAsync(_video)).Status);
    }

    [Fact]
    public async Task Equal_holds_at_once_hold_once()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _tenant.HoldAsync(_video)));

        Assert.All(answers, answer => Assert.Equal("granted", answer.Status));
        Assert.Equal((800_000, 0, 1), await _tenant.BudgetAsync(BudgetLevel.Organization));
        Assert.Equal(800_000, await _tenant.AccountAsync("held"));
    }

    [Theory]
    [InlineData(BudgetLevel.Organization)]
    [InlineData(BudgetLevel.Project)]
    [InlineData(BudgetLevel.User)]
    public async Task A_refused_hold_names_the_level_with_its_figures_and_leaves_nothing(string level)
    {
        await _tenant.SetBudgetAsync(level, 1_000_000);
        Assert.Equal("granted", (await _tenant.HoldAsync(Tenant.NewId("video"), seconds: 4)).Status);

        var answer = await _tenant.HoldAsync(_video, seconds: 8);

        Assert.Equal(("refused", "insufficient_quota"), (answer.Status, answer.Reason));
        Assert.Matches(
            $@"^This video costs \$0\.80, but the {level} '\w+' has \$0\.60 left of its budget of \$1\.00 for "
            + @"\w+ \d{4} \(\$0\.00 spent, \$0\.40 held\)\.$",
            answer.Message);
        Assert.Equal(0, await _tenant.AccountAsync("held", _video));
        Assert.All(
            await Task.WhenAll(BudgetLevel.All.Select(_tenant.BudgetAsync)),
            budget => Assert.Equal((400_000, 0, 1), budget));
    }

    [Fact]
    public async Task A_refused_hold_may_be_asked_for_again()
    {
        await _tenant.SetBudgetAsync(BudgetLevel.Organization, 0);
        Assert.Equal("refused", (await _tenant.HoldAsync(_video)).Status);

        await _tenant.SetBudgetAsync(BudgetLevel.Organization, 800_000);
        Assert.Equal("granted", (await _tenant.HoldAsync(_video)).Status);
    }

    [Theory]
    [InlineData(BudgetLevel.Organization)]
    [InlineData(BudgetLevel.Project)]
    [InlineData(BudgetLevel.User)]
    public async Task Only_so_many_videos_are_in_flight_as_may_be(string level)
    {
        await _tenant.SetBudgetAsync(level, 100_000_000, maxInFlight: 1);
        await _tenant.HoldAsync(_video);

        var refused = await _tenant.HoldAsync(Tenant.NewId("video"));
        Assert.Equal("too_many_in_flight", refused.Reason);
        Assert.StartsWith($"The {level} '", refused.Message, StringComparison.Ordinal);
        Assert.Contains("has 1 of at most 1 videos in flight", refused.Message, StringComparison.Ordinal);

        await _tenant.ReleaseAsync(_video);
        Assert.Equal("granted", (await _tenant.HoldAsync(Tenant.NewId("video"))).Status);
    }

    [Fact]
    public async Task Colleagues_share_the_budgets_of_their_organisation_and_project_but_not_their_own()
    {
        await _tenant.HoldAsync(_video);
        await _tenant.Colleague().HoldAsync(Tenant.NewId("video"));
        await _tenant.Colleague(sameProject: false, sameUser: true).HoldAsync(Tenant.NewId("video"));

        Assert.Equal((2_400_000, 0, 3), await _tenant.BudgetAsync(BudgetLevel.Organization));
        Assert.Equal((1_600_000, 0, 2), await _tenant.BudgetAsync(BudgetLevel.Project));
        Assert.Equal((1_600_000, 0, 2), await _tenant.BudgetAsync(BudgetLevel.User));
    }

    [Theory]
    [InlineData("settled")]
    [InlineData("released")]
    public async Task A_resolved_hold_cannot_be_placed_again(string status)
    {
        await _tenant.HoldAsync(_video);
        await (status == "settled" ? _tenant.SettleAsync(_video) : _tenant.ReleaseAsync(_video));

        var answer = await _tenant.HoldAsync(_video);

        Assert.Equal(("refused", "resolved"), (answer.Status, answer.Reason));
        Assert.Equal(0, await _tenant.AccountAsync("held"));
    }

    [Fact]
    public async Task A_hold_that_comes_after_the_release_is_refused()
    {
        await _tenant.ReleaseAsync(_video);

        Assert.Equal("resolved", (await _tenant.HoldAsync(_video)).Reason);
        Assert.Equal(default, await _tenant.BudgetAsync(BudgetLevel.Organization));
    }

    [Fact]
    public async Task Of_a_hold_and_a_release_at_once_no_money_stays_held()
    {
        var videos = Enumerable.Range(0, 40).Select(_ => Tenant.NewId("video")).ToArray();

        await Task.WhenAll(videos.SelectMany(video => new Task[]
        {
            _tenant.HoldAsync(video), _tenant.ReleaseAsync(video),
        }));

        Assert.Equal(0, await _tenant.AccountAsync("held"));
        Assert.Equal((0, 0, 0), await _tenant.BudgetAsync(BudgetLevel.Organization));
    }

    [Fact]
    public async Task A_repeated_hold_and_a_settlement_at_once_do_not_wait_for_each_other()
    {
        var videos = Enumerable.Range(0, 40).Select(_ => Tenant.NewId("video")).ToArray();
        await Task.WhenAll(videos.Select(video => _tenant.HoldAsync(video)));

        await Task.WhenAll(videos.SelectMany(video => new Task[]
        {
            _tenant.HoldAsync(video), _tenant.SettleAsync(video), _tenant.HoldAsync(video),
        }));

        Assert.Equal((0, 40 * 800_000, 0), await _tenant.BudgetAsync(BudgetLevel.Organization));
    }

    [Fact]
    public async Task A_new_month_starts_with_nothing_spent_but_with_what_is_still_held()
    {
        await _tenant.SetBudgetAsync(BudgetLevel.User, 2_000_000);
        var place = system.Get<QuotaService.Holds.PlaceHold>();
        Task<QuotaService.Holds.HoldAnswer?> HoldAsync(string video) =>
            place.PlaceAsync(_tenant.Order(video), CancellationToken.None);
        var open = Tenant.NewId("video");
        await HoldAsync(_video);
        await HoldAsync(open);
        await _tenant.SettleAsync(_video);
        Assert.Equal("insufficient_quota", (await HoldAsync(Tenant.NewId("video")))!.Reason);

        FakeClock.Shift(TimeSpan.FromDays(31));

        Assert.Equal("granted", (await HoldAsync(Tenant.NewId("video")))!.Status);
        Assert.Equal("insufficient_quota", (await HoldAsync(Tenant.NewId("video")))!.Reason);
        await _tenant.SettleAsync(open);
        Assert.Equal((800_000, 800_000, 1), await _tenant.BudgetAsync(BudgetLevel.User));
    }
}
