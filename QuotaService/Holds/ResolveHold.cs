using Sora.QuotaService.Budgets;
using Sora.ServiceDefaults.Database;

namespace Sora.QuotaService.Holds;

/// <summary>
/// Ends a hold, once: settled (the customer pays) or released (the customer does not). The first of the two wins.
/// </summary>
internal static class ResolveHold
{
    /// <summary>
    /// The hold leaves every budget; settled, its price is spent in the month in which that happens. Nobody has to approve it
    /// any more.
    /// </summary>
    private const string Resolve =
        $"""
        with hold as (
            update holds set status = @Status, resolved_at = @Now
            where video_id = @VideoId and resolved_at is null
            returning {Hold.Columns}),
        organization as (
            {GiveBack} and budget.level = 'organization' and budget.owner = hold.organization returning 1),
        project as (
            {GiveBack} and budget.level = 'project' and budget.owner = hold.project
                and exists (select from organization) returning 1),
        member as (
            {GiveBack} and budget.level = 'user' and budget.owner = hold.user_id
                and exists (select from project) returning 1),
        entry as (
            insert into entries (
                video_id, phase, account, amount_micro_usd, organization, project, user_id, booked_at)
            select video_id, 'resolve', account, sign * amount_micro_usd, organization, project, user_id, @Now
            from hold, (values ('held', -1), (@To, 1)) as line (account, sign)
            where amount_micro_usd > 0),
        approval as (
            update approvals set state = 'lapsed', decided_at = @Now
            from hold where approvals.video_id = hold.video_id and state = 'pending')
        select {Hold.Columns} from hold where (select count(*) from member) = 1
        """;

    private const string GiveBack =
        """
        update budgets budget
        set held_micro_usd = held_micro_usd - hold.amount_micro_usd,
            in_flight = in_flight - 1,
            spent_micro_usd = case when budget.month >= @Month then spent_micro_usd else 0 end
                + case when @Status = 'settled' and budget.month <= @Month then hold.amount_micro_usd else 0 end,
            month = greatest(budget.month, @Month)
        from hold where budget.organization = hold.organization
        """;

    private const string RecordUnheld =
        """
        insert into holds (video_id, organization, project, user_id, status,
            amount_micro_usd, upstream_cost_micro_usd, placed_at, resolved_at)
        values (@VideoId, @Organization, @Project, @User, @Status, 0, 0, @Now, @Now)
        on conflict (video_id) do nothing
        """;

    /// <summary>Resolves the hold of a video, or records that one without a hold has ended.</summary>
    public static async Task<Resolution> ResolveAsync(
        UnitOfWork work, EndedVideo video, string status, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var parameters = new
        {
            video.VideoId,
            video.Organization,
            video.Project,
            video.User,
            Status = status,
            To = status == HoldStatus.Settled ? "revenue" : "available",
            Now = now,
            Month = Month.Of(now),
        };
        if (await work.QuerySingleOrDefaultAsync<Hold>(Resolve, parameters, cancellationToken) is { } resolved)
        {
            return new Resolution(ResolutionOutcome.Resolved, resolved);
        }

        if (await work.ExecuteAsync(RecordUnheld, parameters, cancellationToken) == 1)
        {
            return new Resolution(ResolutionOutcome.NeverHeld, null);
        }

        // Resolved before, or placed by a transaction that the insert has just waited for.
        return await work.QuerySingleOrDefaultAsync<Hold>(Resolve, parameters, cancellationToken) is { } late
            ? new Resolution(ResolutionOutcome.Resolved, late)
            : new Resolution(
                ResolutionOutcome.ResolvedBefore, await Hold.LockAsync(work, video.VideoId, cancellationToken));
    }
}

/// <summary>A video that has ended, with its owner.</summary>
internal sealed record EndedVideo(string VideoId, string Organization, string Project, string User);

/// <summary>What came of resolving a hold.</summary>
/// <param name="Outcome">Who ended it.</param>
/// <param name="Hold">The hold as it is now; null where there never was one.</param>
internal sealed record Resolution(ResolutionOutcome Outcome, Hold? Hold);

/// <summary>Who ended a hold.</summary>
internal enum ResolutionOutcome
{
    /// <summary>It was open and is resolved now.</summary>
    Resolved,

    /// <summary>Another message resolved it before; that one counts.</summary>
    ResolvedBefore,

    /// <summary>There was no hold; the end is recorded, so that none can be placed any more.</summary>
    NeverHeld,
}
