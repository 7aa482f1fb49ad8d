using Dapper;
using Sora.QuotaService.Budgets;
using Sora.QuotaService.Holds;
using Sora.QuotaService.Tests.Drivers;
using Xunit;

namespace Sora.QuotaService.Tests.Holds;

public sealed class BudgetRaceTests(QuotaSystem system)
{
    private const int Budgeted = 10;
    private const int Asked = 100;

    private readonly Tenant _tenant = new(system);

    [Theory]
    [InlineData(BudgetLevel.Organization)]
    [InlineData(BudgetLevel.Project)]
    [InlineData(BudgetLevel.User)]
    public async Task A_hundred_holds_at_once_take_a_budget_for_ten_exactly_ten_times(string level)
    {
        await _tenant.SetBudgetAsync(level, Budgeted * 800_000);
        var place = system.Get<PlaceHold>();

        var granted = await RaceAsync(async video =>
            await place.PlaceAsync(_tenant.Order(video), CancellationToken.None) is { Status: "granted" });

        Assert.Equal(Budgeted, granted);
        Assert.Equal((Budgeted * 800_000, 0, Budgeted), await _tenant.BudgetAsync(level));
        Assert.Equal(Budgeted * 800_000, await _tenant.AccountAsync("held"));
    }

    [Fact]
    public async Task The_race_tells_a_hold_that_reads_before_it_writes()
    {
        await _tenant.SetBudgetAsync(BudgetLevel.Organization, Budgeted * 800_000);
        var naive = new NaiveHold(system, _tenant, readers: Budgeted + 1);

        Assert.True(await RaceAsync(naive.PlaceAsync) > Budgeted);
    }

    [Fact]
    public async Task A_limit_that_is_lowered_meanwhile_holds_for_every_later_commit()
    {
        await _tenant.SetBudgetAsync(BudgetLevel.Organization, Asked * 800_000);
        var place = system.Get<PlaceHold>();
        var left = 5;

        await RaceAsync(async video =>
        {
            if (Interlocked.Decrement(ref left) == 0)
            {
                await _tenant.SetBudgetAsync(BudgetLevel.Organization, 0);
                var (held, _, _) = await _tenant.BudgetAsync(BudgetLevel.Organization);
                await place.PlaceAsync(_tenant.Order(video), CancellationToken.None);
                Assert.Equal(held, (await _tenant.BudgetAsync(BudgetLevel.Organization)).Held);
            }

            return await place.PlaceAsync(_tenant.Order(video), CancellationToken.None) is { Status: "granted" };
        });
    }

    private static async Task<int> RaceAsync(Func<string, Task<bool>> placeAsync)
    {
        var answers = await Task.WhenAll(
            Enumerable.Range(0, Asked).Select(_ => Task.Run(() => placeAsync(Tenant.NewId("video")))));
        return answers.Count(granted => granted);
    }

    /// <summary>
    /// The mistake that the conditional update avoids: look whether it fits, then take it. The first readers wait for
    /// each other, as they would under load.
    /// </summary>
    private sealed class NaiveHold(QuotaSystem system, Tenant tenant, int readers)
    {
        private readonly TaskCompletionSource _allHaveRead = new();
        private int _missing = readers;

        public async Task<bool> PlaceAsync(string video)
        {
            await using var connection = await system.Database.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            var fits = await connection.QuerySingleAsync<bool>(
                "select held_micro_usd + 800000 <= monthly_limit_micro_usd from budgets where owner = @Organization",
                new { tenant.Organization });
            if (Interlocked.Decrement(ref _missing) == 0)
            {
                _allHaveRead.SetResult();
            }

            await _allHaveRead.Task;
            if (fits)
            {
                await connection.ExecuteAsync(
                    "update budgets set held_micro_usd = held_micro_usd + 800000 where owner = @Organization",
                    new { tenant.Organization });
            }

            await transaction.CommitAsync();
            return fits;
        }
    }
}
