using System.Text.RegularExpressions;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;

namespace Sora.WebhookService.Deliveries;

/// <summary>Looks a delivery up for its endpoint's owner; somebody else's is not found.</summary>
internal static partial class FindDelivery
{
    private const string Sql =
        $"""
        {DeliveryRow.Select}
        where delivery.id = @Id and delivery.endpoint_id = @EndpointId and delivery.project = @Project
        """;

    public static async Task<DeliveryRow?> ByIdAsync(
        ServiceDatabase database, string endpointId, string id, Caller caller, CancellationToken cancellationToken)
    {
        if (!IdForm().IsMatch(id))
        {
            return null;
        }

        var rows = await database.ReadAsync<DeliveryRow>(
            caller, Sql, new { Id = id, EndpointId = endpointId, caller.Project }, cancellationToken);
        return rows.Count == 0 ? null : rows[0];
    }

    public static ApiError NotFound(string id, string? param = null) => ApiError.NotFound(
        $"Webhook delivery with id '{(id.Length <= 80 ? id : $"{id[..80]}…")}' not found.",
        "webhook_delivery_not_found",
        param);

    [GeneratedRegex(@"\Awh_[0-9a-f]{48}\z")]
    private static partial Regex IdForm();
}
