namespace Sora.QuotaService.Prices;

/// <summary>What a second of video costs, by one version of the price book.</summary>
/// <param name="Version">The version of the price book.</param>
/// <param name="Tier">One of <see cref="PriceTier"/>.</param>
/// <param name="MicroUsdPerSecond">What the customer pays, in micro-dollars a second.</param>
/// <param name="UpstreamCostMicroUsdPerSecond">What the upstream charges us, in micro-dollars a second.</param>
internal sealed record Price(int Version, string Tier, long MicroUsdPerSecond, long UpstreamCostMicroUsdPerSecond)
{
    /// <summary>What the customer pays for a video, in micro-dollars.</summary>
    /// <exception cref="OverflowException">More than fits; it never wraps around.</exception>
    public long Of(int seconds) => checked(MicroUsdPerSecond * seconds);

    /// <summary>What the upstream charges for a video, in micro-dollars.</summary>
    /// <exception cref="OverflowException">More than fits; it never wraps around.</exception>
    public long UpstreamCostOf(int seconds) => checked(UpstreamCostMicroUsdPerSecond * seconds);
}

/// <summary>How dear a model is at a size; rules of approval go by it.</summary>
internal static class PriceTier
{
    public const string Standard = "standard";
    public const string Expensive = "expensive";
}
