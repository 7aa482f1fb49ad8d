using Sora.ServiceDefaults.Database;

namespace Sora.QuotaService.Prices;

/// <summary>
/// The prices in force. All versions are kept in memory and read again after five seconds: one that is announced ahead
/// of its <c>valid_from</c> comes into force at that very instant in every replica.
/// </summary>
internal sealed class PriceBook(ServiceDatabase database, TimeProvider clock)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(5);

    private volatile Copy? _copy;

    /// <summary>The price at an instant, or null where the version in force has none for that model and size.</summary>
    public async Task<Price?> FindAsync(
        string model, string size, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var copy = _copy;
        if (copy is null || clock.GetElapsedTime(copy.ReadAt) > Freshness)
        {
            _copy = copy = await ReadAsync(cancellationToken);
        }

        return copy.Versions.LastOrDefault(version => version.ValidFrom <= at)?.Prices.GetValueOrDefault((model, size));
    }

    private async Task<Copy> ReadAsync(CancellationToken cancellationToken)
    {
        var readAt = clock.GetTimestamp();
        await using var work = await database.BeginAsync(cancellationToken);
        var rows = await work.QueryAsync<Row>(
            """
            select version, valid_from, model, size, tier, micro_usd_per_second, upstream_cost_micro_usd_per_second
            from price_versions join prices using (version) order by valid_from, version
            """,
            null,
            cancellationToken);
        return new Copy(readAt, [.. rows.GroupBy(row => (row.Version, row.ValidFrom)).Select(version => new Version(
            version.Key.ValidFrom,
            version.ToDictionary(row => (row.Model, row.Size), row => row.ToPrice())))]);
    }

    private sealed record Copy(long ReadAt, IReadOnlyList<Version> Versions);

    private sealed record Version(
        DateTimeOffset ValidFrom, IReadOnlyDictionary<(string Model, string Size), Price> Prices);

    private sealed record Row(
        int Version,
        DateTimeOffset ValidFrom,
        string Model,
        string Size,
        string Tier,
        long MicroUsdPerSecond,
        long UpstreamCostMicroUsdPerSecond)
    {
        public Price ToPrice() => new(Version, Tier, MicroUsdPerSecond, UpstreamCostMicroUsdPerSecond);
    }
}
