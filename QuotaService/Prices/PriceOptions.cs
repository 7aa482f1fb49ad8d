using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Sora.QuotaService.Prices;

/// <summary>Section <c>Prices</c>: what the operator of this installation charges and pays.</summary>
public sealed class PriceOptions
{
    /// <summary>
    /// Prices that replace or join those of the price book. Where they differ from it at the start of the service, a
    /// new version of the book comes into force; open holds keep their price.
    /// </summary>
    [ValidateEnumeratedItems]
    public IList<ListedPrice> List { get; } = [];
}

/// <summary>What a second of video costs with one model at one size.</summary>
public sealed record ListedPrice
{
    /// <summary>The model's name in the catalogue.</summary>
    [Required, RegularExpression("[\x20-\x7E]{1,128}")]
    public string Model { get; init; } = "";

    /// <summary><c>WIDTHxHEIGHT</c> in pixels.</summary>
    [Required, RegularExpression("[1-9][0-9]{0,4}x[1-9][0-9]{0,4}")]
    public string Size { get; init; } = "";

    /// <summary>How dear it is: <c>standard</c>, or <c>expensive</c>, which may need an approval.</summary>
    [AllowedValues(PriceTier.Standard, PriceTier.Expensive)]
    public string Tier { get; init; } = PriceTier.Standard;

    /// <summary>What the customer pays, in micro-dollars a second; up to a million dollars.</summary>
    [Range(0, 1_000_000_000_000)]
    public long MicroUsdPerSecond { get; init; }

    /// <summary>What the upstream charges, in micro-dollars a second; nothing unless set.</summary>
    [Range(0, 1_000_000_000_000)]
    public long UpstreamCostMicroUsdPerSecond { get; init; }
}

[OptionsValidator]
internal sealed partial class PriceOptionsValidator : IValidateOptions<PriceOptions>;
