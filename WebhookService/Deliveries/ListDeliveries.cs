using Microsoft.AspNetCore.Mvc;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;
using Sora.WebhookService.Endpoints;
using Sora.WebhookService.Requests;

namespace Sora.WebhookService.Deliveries;

/// <summary>
/// <c>GET /v1/webhook_endpoints/{id}/deliveries</c>: what was sent to an endpoint in the last 30 days and what is still
/// to be, newest first, a page at a time.
/// </summary>
internal static class ListDeliveries
{
    private const string Cursor =
        "select created_at, id from webhook_deliveries where id = @After and endpoint_id = @Id and project = @Project";

    public static async Task<IResult> HandleAsync(
        string id,
        [AsParameters] DeliveryFilter filter,
        Caller caller,
        ServiceDatabase database,
        CancellationToken cancellationToken)
    {
        var (page, error) = PageQuery.Read(filter.Limit, filter.Order, filter.After);
        if (page is null || (error = CheckStatus(filter.Status)) is not null)
        {
            return error!;
        }

        if (await FindEndpoint.ByIdAsync(database, id, caller, cancellationToken) is null)
        {
            return FindEndpoint.NotFound(id);
        }

        if (page.After is { } after && await FindDelivery.ByIdAsync(database, id, after, caller, cancellationToken) is null)
        {
            return FindDelivery.NotFound(after, "after");
        }

        var rows = await database.ReadAsync<DeliveryRow>(
            caller,
            $"""
            select * from ({DeliveryRow.Select}
                where delivery.endpoint_id = @Id and delivery.project = @Project
                    and (@Status::text is null or delivery.status = @Status)) delivery
            where true {page.Sql(Cursor)}
            """,
            new { Id = id, caller.Project, filter.Status, page.After },
            cancellationToken);
        return TypedResults.Ok(page.Of(rows, DeliveryResource.From, delivery => delivery.Id));
    }

    private static ApiError? CheckStatus(string? status) => status is null || DeliveryStatus.All.Contains(status)
        ? null
        : ApiError.Invalid(
            "status", $"Invalid 'status'. Supported values are: '{string.Join("', '", DeliveryStatus.All)}'.");
}

/// <summary>The query parameters of a delivery log, as text: each is checked by name.</summary>
internal sealed record DeliveryFilter(
    [FromQuery(Name = "limit")] string? Limit,
    [FromQuery(Name = "order")] string? Order,
    [FromQuery(Name = "after")] string? After,
    [FromQuery(Name = "status")] string? Status);
