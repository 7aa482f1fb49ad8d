using Sora.Gateway.Requests;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;

namespace Sora.Gateway.Invitations;

/// <summary><c>GET /v1/invitations</c> and <c>GET /v1/invitations/{id}</c>: all of the organisation's, past ones too.</summary>
internal static class ReadInvitations
{
    private const string Select =
        $"select {InvitationRow.Columns} from invitations where organization_id = @Organization";

    public static Task<IResult> ListAsync(HttpRequest request, Caller caller, Listing listing, TimeProvider clock) =>
        listing.AnswerAsync(
            request, caller, Select, new { caller.Organization }, (InvitationRow row) => row.ToResource(clock.GetUtcNow()));

    public static async Task<IResult> GetAsync(
        string id, Caller caller, ServiceDatabase database, TimeProvider clock, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync<InvitationRow>(
            caller, $"{Select} and id = @id", new { caller.Organization, id }, cancellationToken);
        return rows is [var row] ? TypedResults.Ok(row.ToResource(clock.GetUtcNow())) : NotFound(id);
    }

    /// <summary>There is no such invitation, or only elsewhere.</summary>
    public static ApiError NotFound(string id) => ApiError.NotFound($"There is no invitation '{id}' in this organization.");
}
