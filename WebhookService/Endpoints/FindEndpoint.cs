using System.Text.RegularExpressions;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;

namespace Sora.WebhookService.Endpoints;

/// <summary>
/// Looks an endpoint up for its owner. Somebody else's, a deleted one and one that never was are all the same: not found.
/// </summary>
internal static partial class FindEndpoint
{
    private const string Sql =
        $"select {WebhookEndpoint.Columns} from webhook_endpoints where id = @Id and project = @Project";

    public static async Task<WebhookEndpoint?> ByIdAsync(
        ServiceDatabase database, string id, Caller caller, CancellationToken cancellationToken)
    {
        if (!IsId(id))
        {
            return null;
        }

        var rows = await database.ReadAsync<WebhookEndpoint>(
            caller, Sql, new { Id = id, caller.Project }, cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>The same inside a transaction, and nobody else changes it until that ends.</summary>
    public static async Task<WebhookEndpoint?> LockAsync(
        UnitOfWork work, string id, Caller caller, CancellationToken cancellationToken) => IsId(id)
        ? await work.QuerySingleOrDefaultAsync<WebhookEndpoint>(
            $"{Sql} for no key update", new { Id = id, caller.Project }, cancellationToken)
        : null;

    public static ApiError NotFound(string id, string? param = null) => ApiError.NotFound(
        $"Webhook endpoint with id '{(id.Length <= 80 ? id : $"{id[..80]}…")}' not found.",
        "webhook_endpoint_not_found",
        param);

    private static bool IsId(string text) => IdForm().IsMatch(text);

    [GeneratedRegex(@"\Awhe_[0-9a-f]{48}\z")]
    private static partial Regex IdForm();
}
