using System.Globalization;
using System.Net;
using System.Text.Json;
using Sora.QuotaService.Budgets;
using Sora.QuotaService.Tests.Drivers;
using Xunit;

namespace Sora.QuotaService.Tests.Usage;

public sealed class UsageTests(QuotaSystem system)
{
    private readonly Tenant _tenant = new(system);

    [Fact]
    public async Task Somebody_new_has_the_whole_default_budget()
    {
        var usage = await ReadAsync(_tenant);

        Assert.Equal("usage", usage.GetProperty("object").GetString());
        Assert.Equal("usd", usage.GetProperty("currency").GetString());
        Assert.Equal(0, usage.GetProperty("spent_micro_usd").GetInt64());
        Assert.Equal(BudgetLevel.All, usage.GetProperty("budgets").EnumerateArray()
            .Select(budget => budget.GetProperty("level").GetString()));
        Assert.All(usage.GetProperty("budgets").EnumerateArray(), budget =>
            Assert.Equal(100_000_000, budget.GetProperty("left_micro_usd").GetInt64()));
    }

    [Fact]
    public async Task Spent_held_and_left_are_told_for_every_level()
    {
        await UseAsync();
        await _tenant.SetBudgetAsync(BudgetLevel.Project, 10_000_000, maxInFlight: 7);

        var usage = await ReadAsync(_tenant);

        AssertBudget(usage, 0, _tenant.Organization, 100_000_000, spent: 2_800_000, held: 1_600_000, inFlight: 2);
        AssertBudget(usage, 1, _tenant.Project, 10_000_000, spent: 2_000_000, held: 1_600_000, inFlight: 2);
        AssertBudget(usage, 2, _tenant.User, 100_000_000, spent: 1_200_000, held: 800_000, inFlight: 1);
        Assert.Equal(7, usage.GetProperty("budgets")[1].GetProperty("max_in_flight").GetInt32());
    }

    [Fact]
    public async Task The_projects_spending_is_told_by_day_model_and_user()
    {
        var colleague = await UseAsync();

        var usage = await ReadAsync(_tenant);

        Assert.Equal(2_000_000, usage.GetProperty("spent_micro_usd").GetInt64());
        var today = system.Clock.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        Assert.Equal([(today, 2_000_000, 2)], Rows(usage, "by_day", "day"));
        Assert.Equal([("sora-2-pro", 1_200_000, 1), ("sora-2", 800_000, 1)], Rows(usage, "by_model", "model"));
        Assert.Equal([(_tenant.User, 1_200_000, 1), (colleague.User, 800_000, 1)], Rows(usage, "by_user", "user"));
    }

    [Fact]
    public async Task Another_month_tells_what_was_spent_in_it()
    {
        await UseAsync();
        var lastMonth = Month.Of(system.Clock.GetUtcNow()).AddMonths(-1);

        var usage = await ReadAsync(_tenant, $"?month={Month.Format(lastMonth)}");

        Assert.Equal(Month.Format(lastMonth), usage.GetProperty("month").GetString());
        Assert.Equal(0, usage.GetProperty("spent_micro_usd").GetInt64());
        Assert.Empty(usage.GetProperty("budgets").EnumerateArray());
        Assert.Empty(usage.GetProperty("by_day").EnumerateArray());
    }

    [Fact]
    public async Task A_settlement_counts_in_the_month_in_which_it_happens()
    {
        var video = Tenant.NewId("video");
        await _tenant.HoldAsync(video);
        FakeClock.Shift(TimeSpan.FromDays(31));
        await _tenant.SettleAsync(video);
        var month = Month.Of(system.Clock.GetUtcNow());

        var usage = await ReadAsync(_tenant, $"?month={Month.Format(month)}");

        Assert.Equal(800_000, usage.GetProperty("spent_micro_usd").GetInt64());
        Assert.Equal(0, (await ReadAsync(_tenant)).GetProperty("spent_micro_usd").GetInt64());
    }

    [Fact]
    public async Task Others_see_nothing_of_it()
    {
        await UseAsync();

        var stranger = await ReadAsync(new Tenant(system));
        Assert.Equal(0, stranger.GetProperty("spent_micro_usd").GetInt64());

        var neighbour = await ReadAsync(_tenant.Colleague(sameProject: false));
        Assert.Equal(0, neighbour.GetProperty("spent_micro_usd").GetInt64());
        Assert.Empty(neighbour.GetProperty("by_user").EnumerateArray());
    }

    [Theory]
    [InlineData("2026-13")]
    [InlineData("2026")]
    [InlineData("0000-01")]
    [InlineData("9999-12")]
    [InlineData("november")]
    [InlineData("")]
    public async Task What_is_no_month_is_refused(string month)
    {
        using var answer = await _tenant.SendAsync(HttpMethod.Get, $"/v1/usage?month={month}", issuer: "gateway");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var envelope = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("month", envelope.GetProperty("error").GetProperty("param").GetString());
    }

    [Fact]
    public async Task Without_an_identity_nothing_is_told()
    {
        using var answer = await system.Service.CreateClient().GetAsync(new Uri("/v1/usage", UriKind.Relative));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    /// <summary>
    /// $1.20 by the user, $0.80 by a colleague and $0.80 in another project; each of the first two holds $0.80 more.
    /// </summary>
    private async Task<Tenant> UseAsync()
    {
        var colleague = _tenant.Colleague();
        var neighbour = _tenant.Colleague(sameProject: false);
        string[] videos = [Tenant.NewId("video"), Tenant.NewId("video"), Tenant.NewId("video")];
        await _tenant.HoldProAsync(videos[0]);
        await colleague.HoldAsync(videos[1]);
        await neighbour.HoldAsync(videos[2]);
        await _tenant.HoldAsync(Tenant.NewId("video"));
        await colleague.HoldAsync(Tenant.NewId("video"));
        await _tenant.SettleAsync(videos[0]);
        await colleague.SettleAsync(videos[1]);
        await neighbour.SettleAsync(videos[2]);
        return colleague;
    }

    private static async Task<JsonElement> ReadAsync(Tenant tenant, string query = "")
    {
        using var answer = await tenant.SendAsync(HttpMethod.Get, $"/v1/usage{query}", issuer: "gateway");
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static void AssertBudget(
        JsonElement usage, int index, string id, long limit, long spent, long held, int inFlight)
    {
        var budget = usage.GetProperty("budgets")[index];
        Assert.Equal(id, budget.GetProperty("id").GetString());
        Assert.Equal(limit, budget.GetProperty("limit_micro_usd").GetInt64());
        Assert.Equal(spent, budget.GetProperty("spent_micro_usd").GetInt64());
        Assert.Equal(held, budget.GetProperty("held_micro_usd").GetInt64());
        Assert.Equal(limit - spent - held, budget.GetProperty("left_micro_usd").GetInt64());
        Assert.Equal(inFlight, budget.GetProperty("in_flight").GetInt32());
    }

    private static (string, long, int)[] Rows(JsonElement usage, string list, string key) =>
    [
        .. usage.GetProperty(list).EnumerateArray().Select(row => (
            row.GetProperty(key).GetString()!,
            row.GetProperty("spent_micro_usd").GetInt64(),
            row.GetProperty("videos").GetInt32())),
    ];
}
