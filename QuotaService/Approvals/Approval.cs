using System.Security.Cryptography;
using System.Text;
using Sora.Contracts;
using Sora.QuotaService.Holds;
using Sora.QuotaService.Prices;
using Sora.ServiceDefaults.Database;

namespace Sora.QuotaService.Approvals;

/// <summary>
/// Somebody has to approve a video before it is made. It is asked for with the hold, in one transaction; a hold that ends
/// undecided takes it along (<see cref="ResolveHold"/>).
/// </summary>
/// <param name="Reason">Why, in a sentence.</param>
/// <param name="ExpiresAt">Until when it can be decided.</param>
internal sealed record Approval(string Reason, DateTimeOffset ExpiresAt)
{
    /// <summary>How long there is to decide: a weekend.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(72);

    public const string Find = "select reason, expires_at from approvals where video_id = @VideoId";

    private const string Insert =
        """
        insert into approvals (
            video_id, organization, project, user_id, state, reason, order_fingerprint, requested_at, expires_at)
        values (
            @VideoId, @Organization, @Project, @User, 'pending', @Reason, @Fingerprint, @Now, @ExpiresAt)
        """;

    /// <summary>Asks for it and announces that, in the transaction that has placed the hold.</summary>
    public static async Task<Approval> RequestAsync(
        UnitOfWork work, Order order, Price price, ApprovalRule rule, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var amount = price.Of(order.Seconds);
        var approval = new Approval(rule.Explain(amount), now + Lifetime);
        var caller = order.Caller;
        await work.ExecuteAsync(
            Insert,
            new
            {
                order.VideoId,
                caller.Organization,
                caller.Project,
                caller.User,
                approval.Reason,
                Fingerprint = Fingerprint(order, price),
                Now = now,
                approval.ExpiresAt,
            },
            cancellationToken);
        work.Publish(new ApprovalRequested(
            order.VideoId, caller.Organization, caller.Project, caller.User, order.Kind, order.Model, order.Size,
            order.Seconds, amount, approval.Reason, now, approval.ExpiresAt));
        return approval;
    }

    /// <summary>SHA-256 of what is ordered and at which price, lowercase hex.</summary>
    private static string Fingerprint(Order order, Price price) => Convert.ToHexStringLower(SHA256.HashData(
        Encoding.UTF8.GetBytes(
            $"{order.VideoId}\n{order.Kind}\n{order.Model}\n{order.Size}\n{order.Seconds}\n{price.Version}")));
}
