using Sora.QuotaService.Budgets;

namespace Sora.QuotaService.Approvals;

/// <summary>A rule that a video falls under: of its price tier, or of its cost.</summary>
/// <param name="Tier">One of <see cref="Prices.PriceTier"/>; null where it goes by cost.</param>
/// <param name="MinAmountMicroUsd">The cost from which it applies, in micro-dollars; null where it goes by tier.</param>
internal sealed record ApprovalRule(string? Tier, long? MinAmountMicroUsd)
{
    /// <summary>Of several rules that a video falls under, the one that is named as the reason.</summary>
    public const string Find =
        """
        select tier, min_amount_micro_usd from approval_rules
        where organization = @Organization and (tier = @Tier or min_amount_micro_usd <= @Amount)
        order by tier nulls last, min_amount_micro_usd desc limit 1
        """;

    /// <summary>Says to the user why somebody has to approve.</summary>
    public string Explain(long amountMicroUsd) => Tier is not null
        ? $"Videos of the price tier '{Tier}' need an approval in this organization."
        : $"This video costs {MicroUsd.Format(amountMicroUsd)}; from {MicroUsd.Format(MinAmountMicroUsd!.Value)} on, "
            + "a video needs an approval in this organization.";
}
