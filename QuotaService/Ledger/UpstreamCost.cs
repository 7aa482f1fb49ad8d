using Sora.QuotaService.Holds;
using Sora.ServiceDefaults.Database;

namespace Sora.QuotaService.Ledger;

/// <summary>
/// Books what the upstream charges for a video, as one of three phases. It is owed once for each video, whatever comes
/// first: only a cost in suspense moves on, to loss.
/// </summary>
internal sealed class UpstreamCost(QuotaMetrics metrics)
{
    /// <summary>The video was rendered and its customer pays: the charge comes out of revenue.</summary>
    public const string Charge = "charge";

    /// <summary>The upstream charges for a video that its customer does not pay.</summary>
    public const string Loss = "loss";

    /// <summary>Nobody knows whether the upstream charges.</summary>
    public const string Suspense = "suspense";

    /// <summary>Books the cost of a video whose hold this transaction has locked.</summary>
    /// <returns>False where there is nothing to book: it costs nothing, or is booked already.</returns>
    public async Task<bool> BookAsync(
        UnitOfWork work, Hold hold, string phase, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (hold.UpstreamCostMicroUsd == 0)
        {
            return false;
        }

        var booked = await work.QueryAsync<string>(
            "select distinct phase from entries where video_id = @VideoId and phase in ('charge', 'loss', 'suspense')",
            new { hold.VideoId },
            cancellationToken);
        if (FindAccounts(phase, booked) is not var (from, to))
        {
            return false;
        }

        await work.ExecuteAsync(
            """
            insert into entries (video_id, phase, account, amount_micro_usd, organization, project, user_id, booked_at)
            select video_id, @Phase, account, sign * upstream_cost_micro_usd, organization, project, user_id, @Now
            from holds, (values (@From, -1), (@To, 1)) as line (account, sign)
            where video_id = @VideoId
            """,
            new { hold.VideoId, Phase = phase, From = from, To = to, Now = now },
            cancellationToken);
        if (phase == Loss)
        {
            metrics.Lost(hold.UpstreamCostMicroUsd);
        }

        return true;
    }

    private static (string From, string To)? FindAccounts(string phase, IReadOnlyList<string> booked) =>
        (phase, booked) switch
        {
            (Loss, [Suspense]) => ("loss", "suspense"),
            (_, [_, ..]) => null,
            (Charge, _) => ("revenue", "upstream_payable"),
            (Loss, _) => ("loss", "upstream_payable"),
            (Suspense, _) => ("suspense", "upstream_payable"),
            _ => throw new ArgumentOutOfRangeException(nameof(phase), phase, "Not a phase of the upstream's cost."),
        };
}
