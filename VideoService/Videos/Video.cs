namespace Sora.VideoService.Videos;

/// <summary>
/// A video and the job that makes it: one row of <c>videos</c>. It is changed only by <see cref="VideoLifecycle"/>.
/// </summary>
public sealed record Video
{
    /// <summary>The columns as a query must name them.</summary>
    public const string Columns =
        """
        id, organization, project, "user", retention_days, kind, model, prompt, size, seconds, has_reference,
        has_upload, new_seconds, extensions, character_upstream_ids, remixed_from_video_id,
        remix_of_upstream_id, upstream, upstream_model, credential, upstream_id,
        stage as stage_name, stage_since, version, attempt, epoch, progress, misses, error_code, error_message,
        upstream_charge, customer_pays, late_result, held_micro_usd, price_version, approval_reason, approval_expires_at,
        created_at, submitted_at, rendered_at, completed_at, expires_at, deleted_at, deadline_at, next_action_at, traceparent
        """;

    public required string Id { get; init; }

    public required string Organization { get; init; }

    public required string Project { get; init; }

    public required string User { get; init; }

    /// <summary>How long the clip is kept after completion.</summary>
    public required int RetentionDays { get; init; }

    /// <summary><c>create</c>, <c>remix</c>, <c>edit</c> or <c>extension</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The public model id.</summary>
    public required string Model { get; init; }

    public required string Prompt { get; init; }

    /// <summary><c>WIDTHxHEIGHT</c> in pixels.</summary>
    public required string Size { get; init; }

    /// <summary>The length of the clip; of an extension, with its source.</summary>
    public required int Seconds { get; init; }

    /// <summary>What an extension adds to its source, in seconds; null for all others.</summary>
    public int? NewSeconds { get; init; }

    /// <summary>The seconds that are asked for and paid.</summary>
    public int BilledSeconds => NewSeconds ?? Seconds;

    /// <summary>How often it was extended, its sources' extensions included.</summary>
    public int Extensions { get; init; }

    /// <summary>StorageWorker keeps a reference image under this video's id.</summary>
    public bool HasReference { get; init; }

    /// <summary>StorageWorker keeps the video that the user brought to be edited or extended, under this video's id.</summary>
    public bool HasUpload { get; init; }

    /// <summary>The upstream's ids of the characters that appear in it.</summary>
    public string[] CharacterUpstreamIds { get; init; } = [];

    /// <summary>The video that this one remixes, edits or extends.</summary>
    public string? RemixedFromVideoId { get; init; }

    /// <summary>The upstream's id of that video.</summary>
    public string? RemixOfUpstreamId { get; init; }

    public required string Upstream { get; init; }

    public required string UpstreamModel { get; init; }

    public required string Credential { get; init; }

    /// <summary>The upstream's id, once it is known; never shown to clients.</summary>
    public string? UpstreamId { get; init; }

    public VideoStage Stage { get; init; }

    /// <summary>The stage as the database spells it.</summary>
    public string StageName
    {
        get => Stage.Name();
        init => Stage = VideoStages.Parse(value);
    }

    public required DateTimeOffset StageSince { get; init; }

    /// <summary>Counts every change.</summary>
    public int Version { get; init; }

    /// <summary>Counts the submissions.</summary>
    public int Attempt { get; init; }

    /// <summary>Fencing token of the copy to our store.</summary>
    public int Epoch { get; init; }

    /// <summary>Percent; never goes backwards, 100 only when the clip can be downloaded.</summary>
    public int Progress { get; init; }

    /// <summary>How many polls in a row the upstream did not know the video.</summary>
    public int Misses { get; init; }

    public string? ErrorCode { get; init; }

    public string? ErrorMessage { get; init; }

    /// <summary>What its end without a clip cost at the upstream, one of <see cref="Contracts.UpstreamCharge"/>.</summary>
    public string? UpstreamCharge { get; init; }

    /// <summary>The upstream finished it after the deadline; the bytes are kept, the job stays failed.</summary>
    public bool LateResult { get; init; }

    public long HeldMicroUsd { get; init; }

    public int? PriceVersion { get; init; }

    /// <summary>Why it needed an approval, in a sentence; null where it needed none.</summary>
    public string? ApprovalReason { get; init; }

    /// <summary>Until when it could be approved.</summary>
    public DateTimeOffset? ApprovalExpiresAt { get; init; }

    /// <summary>It ended without a clip and is paid all the same: stopped at an upstream that bills what was begun.</summary>
    public bool CustomerPays { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? SubmittedAt { get; init; }

    public DateTimeOffset? RenderedAt { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The owner deleted it; whatever goes on is invisible from then on.</summary>
    public DateTimeOffset? DeletedAt { get; init; }

    public required DateTimeOffset DeadlineAt { get; init; }

    /// <summary>When somebody has to look at it again; null when nobody has to.</summary>
    public DateTimeOffset? NextActionAt { get; init; }

    /// <summary>The trace of the request that created it (W3C); all later work runs under it.</summary>
    public string? Traceparent { get; init; }
}
