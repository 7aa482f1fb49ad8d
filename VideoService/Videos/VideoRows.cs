namespace Sora.VideoService.Videos;

/// <summary>How videos are written: one statement for any number of rows.</summary>
internal static class VideoRows
{
    public const string Insert =
        """
        insert into videos (
            id, organization, project, "user", retention_days, kind, model, prompt, size, seconds, has_reference,
            has_upload, new_seconds, extensions, character_upstream_ids,
            remixed_from_video_id, remix_of_upstream_id, upstream, upstream_model, credential,
            stage, stage_since, version, created_at, deadline_at, next_action_at, traceparent)
        values (
            @Id, @Organization, @Project, @User, @RetentionDays, @Kind, @Model, @Prompt, @Size, @Seconds, @HasReference,
            @HasUpload, @NewSeconds, @Extensions, @CharacterUpstreamIds,
            @RemixedFromVideoId, @RemixOfUpstreamId, @Upstream, @UpstreamModel, @Credential,
            @StageName, @StageSince, @Version, @CreatedAt, @DeadlineAt, @NextActionAt, @Traceparent)
        """;

    /// <summary>
    /// Writes every column that a transition may change; the version read guards each row. A video whose upstream id was
    /// notified about before it was known here is due at once.
    /// </summary>
    public const string Update =
        """
        update videos as v set
            stage = n.stage, stage_since = n.stage_since, version = n.version + 1, upstream_id = n.upstream_id,
            attempt = n.attempt, epoch = n.epoch, progress = n.progress, misses = n.misses,
            error_code = n.error_code, error_message = n.error_message, upstream_charge = n.upstream_charge,
            late_result = n.late_result, held_micro_usd = n.held_micro_usd, price_version = n.price_version,
            approval_reason = n.approval_reason, approval_expires_at = n.approval_expires_at, submitted_at = n.submitted_at,
            rendered_at = n.rendered_at, completed_at = n.completed_at, expires_at = n.expires_at,
            deleted_at = n.deleted_at, deadline_at = n.deadline_at, customer_pays = n.customer_pays,
            next_action_at = case
                when v.upstream_id is null and exists (
                    select from parked_notifications as p where p.upstream = v.upstream and p.upstream_id = n.upstream_id)
                then n.stage_since
                else n.next_action_at
            end
        from unnest(
            @Ids, @Versions, @Stages, @StagesSince, @UpstreamIds, @Attempts, @Epochs, @Progresses, @Misses, @ErrorCodes,
            @ErrorMessages, @UpstreamCharges, @LateResults, @Helds, @PriceVersions, @ApprovalReasons, @ApprovalsExpire,
            @Submitteds, @Rendereds, @Completeds, @Expires, @Deleteds, @Deadlines, @NextActions, @CustomersPay) as n (
            id, version, stage, stage_since, upstream_id, attempt, epoch, progress, misses, error_code,
            error_message, upstream_charge, late_result, held_micro_usd, price_version, approval_reason, approval_expires_at,
            submitted_at, rendered_at, completed_at, expires_at, deleted_at, deadline_at, next_action_at, customer_pays)
        where v.id = n.id and v.version = n.version
        """;

    public const string InsertTimeline =
        """
        insert into video_timeline (video_id, version, project, stage, progress, code, at)
        select * from unnest(@Ids, @Versions, @Projects, @Stages, @Progresses, @Codes, @Ats)
        """;

    public static object Columns(IReadOnlyList<Transition> transitions)
    {
        T[] Of<T>(Func<Video, T> column) => [.. transitions.Select(transition => column(transition.After))];
        return new
        {
            Ids = Of(v => v.Id),
            Versions = transitions.Select(transition => transition.Before.Version).ToArray(),
            Stages = Of(v => v.StageName),
            StagesSince = Of(v => v.StageSince),
            UpstreamIds = Of(v => v.UpstreamId),
            Attempts = Of(v => v.Attempt),
            Epochs = Of(v => v.Epoch),
            Progresses = Of(v => v.Progress),
            Misses = Of(v => v.Misses),
            ErrorCodes = Of(v => v.ErrorCode),
            ErrorMessages = Of(v => v.ErrorMessage),
            UpstreamCharges = Of(v => v.UpstreamCharge),
            LateResults = Of(v => v.LateResult),
            Helds = Of(v => v.HeldMicroUsd),
            PriceVersions = Of(v => v.PriceVersion),
            ApprovalReasons = Of(v => v.ApprovalReason),
            ApprovalsExpire = Of(v => v.ApprovalExpiresAt),
            Submitteds = Of(v => v.SubmittedAt),
            Rendereds = Of(v => v.RenderedAt),
            Completeds = Of(v => v.CompletedAt),
            Expires = Of(v => v.ExpiresAt),
            Deleteds = Of(v => v.DeletedAt),
            Deadlines = Of(v => v.DeadlineAt),
            NextActions = Of(v => v.NextActionAt),
            CustomersPay = Of(v => v.CustomerPays),
        };
    }

    public static object TimelineColumns(IReadOnlyList<Transition> transitions)
    {
        var visible = transitions.Where(transition => transition.IsVisible).ToList();
        T[] Of<T>(Func<Video, T> column) => [.. visible.Select(transition => column(transition.After))];
        return new
        {
            Ids = Of(v => v.Id),
            Versions = Of(v => v.Version),
            Projects = Of(v => v.Project),
            Stages = Of(v => v.StageName),
            Progresses = Of(v => v.Progress),
            Codes = Of(v => v.ErrorCode),
            Ats = visible.Select(transition => transition.At).ToArray(),
        };
    }
}
