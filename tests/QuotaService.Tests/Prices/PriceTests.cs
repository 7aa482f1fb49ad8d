using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Npgsql;
using Sora.QuotaService.Budgets;
using Sora.QuotaService.Prices;
using Sora.QuotaService.Tests.Drivers;
using Xunit;

namespace Sora.QuotaService.Tests.Prices;

[Collection(nameof(PriceBook))]
public sealed class PriceTests(QuotaSystem system)
{
    private readonly PriceBook _prices = system.Get<PriceBook>();

    [Fact]
    public void A_price_is_exact_or_refused_over_the_whole_range()
    {
        var amounts = ArbMap.Default.ArbFor<long>();
        var seconds = ArbMap.Default.ArbFor<int>();
        Prop.ForAll(amounts, seconds, (perSecond, length) =>
        {
            var exact = new BigInteger(perSecond) * length;
            var price = new Price(1, PriceTier.Standard, perSecond, perSecond);
            if (exact >= long.MinValue && exact <= long.MaxValue)
            {
                return price.Of(length) == exact && price.UpstreamCostOf(length) == exact;
            }

            Assert.Throws<OverflowException>(() => price.Of(length));
            Assert.Throws<OverflowException>(() => price.UpstreamCostOf(length));
            return true;
        }).QuickCheckThrowOnFailure();
        Assert.Throws<OverflowException>(() => new Price(1, PriceTier.Standard, long.MaxValue, 0).Of(2));
    }

    [Theory]
    [InlineData("sora-2", "720x1280", 100_000, PriceTier.Standard)]
    [InlineData("sora-2", "1280x720", 100_000, PriceTier.Standard)]
    [InlineData("sora-2-pro", "720x1280", 300_000, PriceTier.Expensive)]
    [InlineData("sora-2-pro", "1280x720", 300_000, PriceTier.Expensive)]
    [InlineData("sora-2-pro", "1024x1792", 500_000, PriceTier.Expensive)]
    [InlineData("sora-2-pro", "1792x1024", 500_000, PriceTier.Expensive)]
    [InlineData("sora-2-pro", "1080x1920", 700_000, PriceTier.Expensive)]
    [InlineData("sora-2-pro", "1920x1080", 700_000, PriceTier.Expensive)]
    public async Task The_first_price_book_has_the_last_list_prices(string model, string size, long price, string tier)
    {
        var found = await _prices.FindAsync(
            model, size, new DateTimeOffset(2025, 10, 6, 12, 0, 0, TimeSpan.Zero), CancellationToken.None);

        Assert.Equal(new Price(1, tier, price, 0), found);
    }

    [Fact]
    public async Task A_version_is_in_force_from_its_instant_on()
    {
        var change = new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero);
        await using (var command = system.Database.CreateCommand(
            """
            with next as (
                insert into price_versions
                select max(version) + 1, '2099-01-01', 'in a future that no other test reaches' from price_versions
                returning version)
            insert into prices select version, 'sora-2', '1280x720', 'expensive', 1, 0 from next
            """))
        {
            await command.ExecuteNonQueryAsync();
        }

        var prices = system.Make<PriceBook>();
        Task<Price?> FindAsync(DateTimeOffset at) => prices.FindAsync("sora-2", "1280x720", at, CancellationToken.None);

        Assert.Equal(100_000, (await FindAsync(change - TimeSpan.FromTicks(10)))!.MicroUsdPerSecond);
        Assert.Equal(1, (await FindAsync(change))!.MicroUsdPerSecond);
        Assert.Null(await prices.FindAsync("sora-2-pro", "1280x720", change, CancellationToken.None));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1_000_000_000_001)]
    public async Task A_price_out_of_range_cannot_be_entered(long price)
    {
        await using var command = system.Database.CreateCommand(
            $"insert into prices values (1, 'x', '1280x720', 'standard', {price}, 0)");

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync());
        Assert.Equal(PostgresErrorCodes.CheckViolation, refusal.SqlState);
    }

    [Theory]
    [InlineData(0, "$0.00")]
    [InlineData(800_000, "$0.80")]
    [InlineData(1_234_567, "$1.234567")]
    [InlineData(1_000_000_000_000, "$1,000,000.00")]
    public void An_amount_is_shown_in_dollars(long amount, string shown) =>
        Assert.Equal(shown, MicroUsd.Format(amount));
}
