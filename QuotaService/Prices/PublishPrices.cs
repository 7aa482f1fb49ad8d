using Microsoft.Extensions.Options;
using Sora.ServiceDefaults.Database;

namespace Sora.QuotaService.Prices;

/// <summary>
/// At the start, makes a new version of the price book where the operator's configured prices differ from the version
/// in force. Replicas that start together make it once.
/// </summary>
internal sealed partial class PublishPrices(
    ServiceDatabase database, IOptions<PriceOptions> options, TimeProvider clock, ILogger<PublishPrices> logger)
    : IHostedService
{
    private const string FindInForce =
        """
        select model, size, tier, micro_usd_per_second, upstream_cost_micro_usd_per_second
        from prices where version = (
            select version from price_versions where valid_from <= @Now order by valid_from desc, version desc limit 1)
        """;

    private const string Publish =
        """
        with next as (
            insert into price_versions (version, valid_from, note)
            select max(version) + 1, @Now, 'configured' from price_versions
            returning version)
        insert into prices (
            version, model, size, tier, micro_usd_per_second, upstream_cost_micro_usd_per_second)
        select next.version, price.* from next, unnest(@Models, @Sizes, @Tiers, @Prices, @Costs) as price
        returning version
        """;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.List.Count == 0)
        {
            return;
        }

        await using var work = await database.BeginAsync(cancellationToken);
        await work.ExecuteAsync(
            "select pg_advisory_xact_lock(hashtext('price_versions'))", null, cancellationToken);

        // Read after the wait for the lock: what another replica has just published is in force by now.
        var now = clock.GetUtcNow();
        var inForce = await work.QueryAsync<ListedPrice>(FindInForce, new { Now = now }, cancellationToken);
        ListedPrice[] next = [.. options.Value.List.Concat(inForce).DistinctBy(price => (price.Model, price.Size))];
        if (next.All(inForce.Contains))
        {
            return;
        }

        var versions = await work.QueryAsync<int>(Publish, Columns(next, now), cancellationToken);
        await work.CommitAsync(cancellationToken);
        Log.Published(logger, versions[0], next.Length);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static object Columns(IReadOnlyList<ListedPrice> prices, DateTimeOffset now) => new
    {
        Now = now,
        Models = prices.Select(price => price.Model).ToArray(),
        Sizes = prices.Select(price => price.Size).ToArray(),
        Tiers = prices.Select(price => price.Tier).ToArray(),
        Prices = prices.Select(price => price.MicroUsdPerSecond).ToArray(),
        Costs = prices.Select(price => price.UpstreamCostMicroUsdPerSecond).ToArray(),
    };

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Information,
            Message = "Version {Version} of the price book, with {Count} prices, is in force")]
        public static partial void Published(ILogger logger, int version, int count);
    }
}
