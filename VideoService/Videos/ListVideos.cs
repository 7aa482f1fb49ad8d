using System.Text.Json.Serialization;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;

namespace Sora.VideoService.Videos;

/// <summary><c>GET /v1/videos</c>: the project's videos, a page at a time, by keyset.</summary>
public static class ListVideos
{
    private const int DefaultLimit = 20;
    private const int MaxLimit = 100;

    public static async Task<IResult> HandleAsync(
        string? limit,
        string? order,
        string? after,
        Caller caller,
        ServiceDatabase database,
        VideoAnswers answers,
        CancellationToken cancellationToken)
    {
        if (!TryReadLimit(limit, out var count))
        {
            return ApiError.Invalid("limit", $"Invalid 'limit': expected an integer from 0 to {MaxLimit}.");
        }

        if (order is not (null or "asc" or "desc"))
        {
            return ApiError.Invalid("order", "Invalid 'order'. Supported values are: 'asc' and 'desc'.");
        }

        if (after is not null && await FindVideo.ByIdAsync(database, after, caller, cancellationToken) is null)
        {
            return FindVideo.NotFound(after, "after");
        }

        // One more than asked tells whether there is more.
        var rows = await database.ReadAsync<Video>(
            caller,
            Sql(order is "asc", after is not null),
            new { caller.Project, After = after, Limit = count + 1 },
            cancellationToken);
        var page = rows.Take(count).Select(answers.Resource).ToList();
        return Results.Ok(new VideoPage(
            "list", page, page.FirstOrDefault()?.Id, page.LastOrDefault()?.Id, rows.Count > count));
    }

    private static bool TryReadLimit(string? text, out int limit)
    {
        limit = DefaultLimit;
        return text is null || (int.TryParse(text, out limit) && limit is >= 0 and <= MaxLimit);
    }

    private static string Sql(bool ascending, bool fromCursor)
    {
        var (comparison, direction) = ascending ? (">", "asc") : ("<", "desc");
        var cursor = fromCursor
            ? $"and (created_at, id) {comparison} (select created_at, id from videos where id = @After and project = @Project)"
            : "";
        return $"""
            select {Video.Columns} from videos
            where project = @Project and deleted_at is null and stage <> 'holding' {cursor}
            order by created_at {direction}, id {direction} limit @Limit
            """;
    }
}

/// <summary>A page of videos in the protocol's list shape.</summary>
public sealed record VideoPage(
    [property: JsonPropertyName("object")] string Kind,
    IReadOnlyList<VideoResource> Data,
    string? FirstId,
    string? LastId,
    bool HasMore);
