using Sora.ServiceDefaults.Database;

namespace Sora.QuotaService.Holds;

/// <summary>Money set aside for a video.</summary>
/// <param name="VideoId">The video's id.</param>
/// <param name="Organization">The organisation that pays.</param>
/// <param name="Project">The project that owns the video.</param>
/// <param name="UserId">The user who created it.</param>
/// <param name="Status">One of <see cref="HoldStatus"/>.</param>
/// <param name="PriceVersion">The version of the price book; null where nothing was ever held.</param>
/// <param name="Tier">The tier of the price; null where nothing was ever held.</param>
/// <param name="AmountMicroUsd">The price, in micro-dollars.</param>
/// <param name="UpstreamCostMicroUsd">What the upstream charges for such a video, in micro-dollars.</param>
internal sealed record Hold(
    string VideoId,
    string Organization,
    string Project,
    string UserId,
    string Status,
    int? PriceVersion,
    string? Tier,
    long AmountMicroUsd,
    long UpstreamCostMicroUsd)
{
    public const string Columns =
        """
        video_id, organization, project, user_id, status, price_version, tier,
        amount_micro_usd, upstream_cost_micro_usd
        """;

    public const string Find = $"select {Columns} from holds where video_id = @VideoId";

    /// <summary>The hold of a video, locked: everything that happens to its money happens in turn.</summary>
    public static Task<Hold?> LockAsync(UnitOfWork work, string videoId, CancellationToken cancellationToken) =>
        work.QuerySingleOrDefaultAsync<Hold>($"{Find} for update", new { VideoId = videoId }, cancellationToken);
}

/// <summary>What has become of a hold. The first two are open.</summary>
internal static class HoldStatus
{
    public const string Granted = "granted";
    public const string NeedsApproval = "needs_approval";
    public const string Settled = "settled";
    public const string Released = "released";
}
