using Sora.Gateway.Requests;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Identity;

namespace Sora.Gateway.ApiKeys;

/// <summary>
/// <c>GET /v1/api_keys</c> and <c>GET /v1/api_keys/{id}</c>: the caller's own keys in the project; all of the project's
/// for owners and admins. Never a secret.
/// </summary>
internal static class ReadApiKeys
{
    public static Task<IResult> ListAsync(HttpRequest request, Caller caller, Listing listing, TimeProvider clock) =>
        listing.AnswerAsync<ApiKeyRow, ApiKeyResource>(
            request, caller, ApiKeyRow.OfCaller, ApiKeyRow.Tenant(caller), row => row.ToResource(clock.GetUtcNow()));

    public static async Task<IResult> GetAsync(
        string id, Caller caller, ServiceDatabase database, TimeProvider clock, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync<ApiKeyRow>(
            caller, $"{ApiKeyRow.OfCaller} and id = @Id", ApiKeyRow.Tenant(caller, id), cancellationToken);
        return rows is [var row] ? TypedResults.Ok(row.ToResource(clock.GetUtcNow())) : ApiKeyRow.NotFound();
    }
}
