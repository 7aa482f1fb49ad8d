using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Identity;
using Sora.WebhookService.Requests;

namespace Sora.WebhookService.Endpoints;

/// <summary><c>GET /v1/webhook_endpoints</c>: the project's endpoints, newest first, a page at a time.</summary>
internal static class ListEndpoints
{
    private const string Cursor = "select created_at, id from webhook_endpoints where id = @After and project = @Project";

    public static async Task<IResult> HandleAsync(
        string? limit,
        string? order,
        string? after,
        Caller caller,
        ServiceDatabase database,
        CancellationToken cancellationToken)
    {
        var (page, error) = PageQuery.Read(limit, order, after);
        if (page is null)
        {
            return error!;
        }

        if (after is not null && await FindEndpoint.ByIdAsync(database, after, caller, cancellationToken) is null)
        {
            return FindEndpoint.NotFound(after, "after");
        }

        var rows = await database.ReadAsync<WebhookEndpoint>(
            caller,
            $"select {WebhookEndpoint.Columns} from webhook_endpoints where project = @Project {page.Sql(Cursor)}",
            new { caller.Project, page.After },
            cancellationToken);
        return TypedResults.Ok(page.Of(rows, EndpointResource.From, endpoint => endpoint.Id));
    }
}
