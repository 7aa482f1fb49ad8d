using Sora.QuotaService.Approvals;
using Sora.QuotaService.Budgets;
using Sora.QuotaService.Prices;

namespace Sora.QuotaService.Holds;

/// <summary>Whether the money for a video is set aside.</summary>
/// <param name="Status"><c>granted</c>, <c>needs_approval</c> (held as well) or <c>refused</c>.</param>
/// <param name="AmountMicroUsd">The price in micro-dollars; 0 where it is not known.</param>
/// <param name="PriceVersion">The version of the price book; 0 where the price is not known.</param>
/// <param name="Tier"><c>standard</c> or <c>expensive</c>; null where the price is not known.</param>
/// <param name="Reason">
/// Why it is refused: <c>insufficient_quota</c>, <c>too_many_in_flight</c>, <c>unknown_price</c> or <c>resolved</c>;
/// <c>approval_required</c> where it waits for one.
/// </param>
/// <param name="Message">The same as a sentence for the user.</param>
internal sealed record HoldAnswer(
    string Status, long AmountMicroUsd, int PriceVersion, string? Tier, string? Reason, string? Message)
{
    private const string Refused = "refused";

    /// <summary>Unix seconds until which it can be approved; null where no approval is needed.</summary>
    public long? ApprovalExpiresAt { get; init; }

    /// <summary>The answer of a hold that exists: the first answer while it is open; then it is refused.</summary>
    public static HoldAnswer Of(Hold hold, Approval? approval) => hold.Status is HoldStatus.Granted or HoldStatus.NeedsApproval
        ? Open(hold.AmountMicroUsd, hold.PriceVersion ?? 0, hold.Tier, approval)
        : new HoldAnswer(Refused, hold.AmountMicroUsd, hold.PriceVersion ?? 0, hold.Tier, "resolved",
            $"The video '{hold.VideoId}' has already ended ({hold.Status}).");

    public static HoldAnswer Held(long amount, Price price, Approval? approval) =>
        Open(amount, price.Version, price.Tier, approval);

    public static HoldAnswer OverBudget(long amount, Price price, Budget budget, DateTimeOffset month) =>
        new(Refused, amount, price.Version, price.Tier,
            budget.IsFull ? "too_many_in_flight" : "insufficient_quota", budget.ExplainRefusal(amount, month));

    private static HoldAnswer Open(long amount, int priceVersion, string? tier, Approval? approval) => approval is null
        ? new HoldAnswer(HoldStatus.Granted, amount, priceVersion, tier, null, null)
        : new HoldAnswer(HoldStatus.NeedsApproval, amount, priceVersion, tier, "approval_required", approval.Reason)
        {
            ApprovalExpiresAt = approval.ExpiresAt.ToUnixTimeSeconds(),
        };

    public static HoldAnswer UnknownPrice(string model, string size) =>
        new(Refused, 0, 0, null, "unknown_price",
            $"There is no price for the model '{model}' at the size {size}, so it cannot be used.");
}
