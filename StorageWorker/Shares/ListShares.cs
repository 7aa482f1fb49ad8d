using Microsoft.AspNetCore.Mvc;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;
using Sora.StorageWorker.Clips;

namespace Sora.StorageWorker.Shares;

/// <summary>
/// <c>GET /v1/videos/{id}/shares</c>: the links to a video, ended ones too, a page at a time, newest first unless asked
/// otherwise.
/// </summary>
internal static class ListShares
{
    private const int DefaultLimit = 20;
    private const int MaxLimit = 100;

    /// <summary>Answers with a page, or 404 for a video that is not there.</summary>
    public static async Task<IResult> HandleAsync(
        string id, [AsParameters] Page page, Caller caller, ServiceDatabase database, CancellationToken cancellationToken)
    {
        var limit = DefaultLimit;
        if (page.Limit is { } text && (!int.TryParse(text, out limit) || limit is < 0 or > MaxLimit))
        {
            return ApiError.Invalid("limit", $"Invalid 'limit': expected an integer from 0 to {MaxLimit}.");
        }

        if (page.Order is not (null or "asc" or "desc"))
        {
            return ApiError.Invalid("order", "Invalid 'order'. Supported values are: 'asc' and 'desc'.");
        }

        await using var work = await database.BeginAsync(caller, cancellationToken);
        var known = await work.QuerySingleOrDefaultAsync<Known>(
            """
            select exists (select from clips where video_id = @id and project = @Project and state <> 'deleted'
                    and hidden_at is null) as video,
                exists (select from shares where id = @After and video_id = @id and project = @Project) as after
            """,
            new { id, page.After, caller.Project },
            cancellationToken);
        if (!known!.Video)
        {
            return AbsentContent.NotFound(id);
        }

        if (page.After is not null && !known.After)
        {
            return ApiError.NotFound($"Share with id '{page.After}' not found.", "share_not_found", "after");
        }

        var rows = await work.QueryAsync<Row>(
            Sql(page.Order is "asc", page.After is not null),
            new { id, caller.Project, page.After, Limit = limit + 1 },
            cancellationToken);
        var shown = rows.Take(limit).Select(row => row.ToResource()).ToList();
        return Results.Ok(new SharePage(
            "list", shown, shown.FirstOrDefault()?.Id, shown.LastOrDefault()?.Id, rows.Count > limit));
    }

    private static string Sql(bool ascending, bool fromCursor)
    {
        var (comparison, direction) = ascending ? (">", "asc") : ("<", "desc");
        var cursor = fromCursor
            ? $"and (created_at, id) {comparison} (select created_at, id from shares where id = @After)"
            : "";
        return $"""
            select id, video_id, variant, created_at, expires_at, revoked_at, uses, last_used_at from shares
            where video_id = @id and project = @Project {cursor}
            order by created_at {direction}, id {direction} limit @Limit
            """;
    }

    /// <summary>Which part of the list is asked for; checked here, so that a wrong value is named.</summary>
    internal sealed record Page(
        [FromQuery(Name = "limit")] string? Limit,
        [FromQuery(Name = "after")] string? After,
        [FromQuery(Name = "order")] string? Order);

    private sealed record Known(bool Video, bool After);

    private sealed record Row
    {
        public required string Id { get; init; }

        public required string VideoId { get; init; }

        public required string Variant { get; init; }

        public required DateTimeOffset CreatedAt { get; init; }

        public required DateTimeOffset ExpiresAt { get; init; }

        public DateTimeOffset? RevokedAt { get; init; }

        public required long Uses { get; init; }

        public DateTimeOffset? LastUsedAt { get; init; }

        public ShareResource ToResource() => new(
            Id, "video.share", VideoId, Variant, null, CreatedAt.ToUnixTimeSeconds(), ExpiresAt.ToUnixTimeSeconds(),
            RevokedAt?.ToUnixTimeSeconds(), Uses, LastUsedAt?.ToUnixTimeSeconds());
    }
}
