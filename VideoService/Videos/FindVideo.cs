using System.Text.RegularExpressions;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;

namespace Sora.VideoService.Videos;

/// <summary>
/// Looks a video up for its owner. Somebody else's, a deleted one and one that never was are all the same: not found.
/// </summary>
public static partial class FindVideo
{
    private const string Sql =
        $"select {Video.Columns} from videos where id = @Id and project = @Project and deleted_at is null and stage <> 'holding'";

    /// <summary>
    /// Whether it could be an id of ours; whatever else a client sends reaches neither Redis nor the database.
    /// </summary>
    public static bool IsId(string text) => IdForm().IsMatch(text);

    public static async Task<Video?> ByIdAsync(
        ServiceDatabase database, string id, Caller caller, CancellationToken cancellationToken)
    {
        if (!IsId(id))
        {
            return null;
        }

        var rows = await database.ReadAsync<Video>(caller, Sql, new { Id = id, caller.Project }, cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }

    public static ApiError NotFound(string id, string? param = null) => ApiError.NotFound(
        $"Video with id '{Shown(id)}' not found.", "video_not_found", param);

    private static string Shown(string id) => id.Length <= 80 ? id : $"{id[..80]}…";

    [GeneratedRegex(@"\Avideo_[0-9a-f]{48}\z")]
    private static partial Regex IdForm();
}
