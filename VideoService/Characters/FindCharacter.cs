using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;
using Sora.VideoService.Requests;

namespace Sora.VideoService.Characters;

/// <summary>
/// Looks characters up for their owner. Somebody else's and one that never was are the same: not found.
/// </summary>
public static class FindCharacter
{
    private const string Sql = $"select {Character.Columns} from characters where project = @Project and id = any(@Ids)";

    // A longer text is no id of ours, and a null character none of PostgreSQL's.
    private const int LongestId = 100;

    public static async Task<IReadOnlyList<Character>> AllAsync(
        ServiceDatabase database, IReadOnlyList<string> ids, Caller caller, CancellationToken cancellationToken)
    {
        var usable = ids.Where(id => id.Length <= LongestId && !id.Contains('\0', StringComparison.Ordinal)).ToArray();
        return usable.Length == 0
            ? []
            : await database.ReadAsync<Character>(caller, Sql, new { caller.Project, Ids = usable }, cancellationToken);
    }

    public static ApiError NotFound(string id, string? param) => ApiError.NotFound(
        $"Character with id '{AllowedValues.Shown(id)}' not found.", "character_not_found", param);
}
