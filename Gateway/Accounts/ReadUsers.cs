using Sora.Gateway.Requests;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;

namespace Sora.Gateway.Accounts;

/// <summary><c>GET /v1/users</c> and <c>GET /v1/users/{id}</c>: who is in the caller's organisation.</summary>
internal static class ReadUsers
{
    public static Task<IResult> ListAsync(HttpRequest request, Caller caller, Listing listing) => listing.AnswerAsync(
        request, caller, UserRow.Select, new { caller.Organization }, (UserRow row) => row.ToResource());

    public static async Task<IResult> GetAsync(
        string id, Caller caller, ServiceDatabase database, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync<UserRow>(
            caller, $"{UserRow.Select} and person.id = @id", new { caller.Organization, id }, cancellationToken);
        return rows is [var row] ? TypedResults.Ok(row.ToResource()) : NotFound(id);
    }

    /// <summary>There is no such user, or only elsewhere.</summary>
    public static ApiError NotFound(string id) => ApiError.NotFound($"There is no user '{id}' in this organization.");
}
