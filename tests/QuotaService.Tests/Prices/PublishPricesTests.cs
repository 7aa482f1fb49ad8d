using Microsoft.Extensions.Options;
using Sora.QuotaService.Prices;
using Sora.QuotaService.Tests.Drivers;
using Xunit;

namespace Sora.QuotaService.Tests.Prices;

/// <summary>In a year that no other test reaches, so that the versions made here are in force only here.</summary>
[Collection(nameof(PriceBook))]
public sealed class PublishPricesTests
{
    private static readonly TimeSpan FarAhead =
        new DateTimeOffset(2098, 1, 1, 0, 0, 0, TimeSpan.Zero) - TimeProvider.System.GetUtcNow();

    private readonly QuotaSystem _system;
    private readonly string _model = Tenant.NewId("model");

    public PublishPricesTests(QuotaSystem system)
    {
        _system = system;
        FakeClock.Shift(FarAhead);
    }

    [Fact]
    public async Task Configured_prices_join_those_in_force_in_one_new_version_however_many_replicas_start()
    {
        var before = await CountVersionsAsync();

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => StartAsync(Price(250_000))));
        await StartAsync(Price(250_000));

        Assert.Equal(before + 1, await CountVersionsAsync());
        Assert.Equal(250_000, (await FindAsync(_model))!.MicroUsdPerSecond);
        Assert.Equal(50_000, (await FindAsync(_model))!.UpstreamCostMicroUsdPerSecond);
        Assert.Equal(100_000, (await FindAsync("sora-2"))!.MicroUsdPerSecond);
    }

    [Fact]
    public async Task A_changed_price_replaces_the_one_in_force()
    {
        await StartAsync(Price(250_000));
        await StartAsync(Price(300_000));

        Assert.Equal(300_000, (await FindAsync(_model))!.MicroUsdPerSecond);
    }

    [Fact]
    public async Task Without_configured_prices_the_book_stays_as_it_is()
    {
        var before = await CountVersionsAsync();

        await StartAsync();

        Assert.Equal(before, await CountVersionsAsync());
    }

    [Fact]
    public void Prices_out_of_range_do_not_start()
    {
        var options = new PriceOptions
        {
            List = { Price(-1), Price(1) with { Size = "big" }, Price(1) with { Tier = "x" } },
        };

        var result = new PriceOptionsValidator().Validate(null, options);

        Assert.Equal(3, result.Failures!.Count());
    }

    private ListedPrice Price(long price) => new()
    {
        Model = _model,
        Size = "1280x720",
        MicroUsdPerSecond = price,
        UpstreamCostMicroUsdPerSecond = 50_000,
    };

    private Task StartAsync(params ListedPrice[] prices)
    {
        var options = new PriceOptions();
        foreach (var price in prices)
        {
            options.List.Add(price);
        }

        return _system.Make<PublishPrices>(Options.Create(options)).StartAsync(CancellationToken.None);
    }

    private Task<Price?> FindAsync(string model) => _system.Make<PriceBook>().FindAsync(
        model, "1280x720", _system.Clock.GetUtcNow(), CancellationToken.None);

    private async Task<long> CountVersionsAsync()
    {
        await using var command = _system.Database.CreateCommand("select count(*) from price_versions");
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
