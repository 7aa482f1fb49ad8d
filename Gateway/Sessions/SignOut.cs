using System.Text.Json.Serialization;
using Sora.ServiceDefaults.Database;

namespace Sora.Gateway.Sessions;

/// <summary>
/// <c>DELETE /v1/session</c> and <c>POST /v1/session/end_all</c>: the browser's own session, or the user's every one,
/// this included.
/// </summary>
internal static class SignOut
{
    public static Task<IResult> HereAsync(
        Session session, HttpContext context, ServiceDatabase database, CancellationToken cancellationToken) =>
        EndAsync("delete from sessions where id = @Id", session, context, database, cancellationToken);

    public static Task<IResult> EverywhereAsync(
        EndAllRequest request,
        Session session,
        HttpContext context,
        ServiceDatabase database,
        CancellationToken cancellationToken) =>
        EndAsync("delete from sessions where user_id = @User", session, context, database, cancellationToken);

    private static async Task<IResult> EndAsync(
        string sql, Session session, HttpContext context, ServiceDatabase database, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(cancellationToken);
        var ended = await work.ExecuteAsync(sql, new { session.Id, session.User }, cancellationToken);
        await work.CommitAsync(cancellationToken);
        SessionToken.Erase(context.Response);
        return TypedResults.Ok(new EndedSessions("session.deleted", true, ended));
    }
}

/// <summary>The body of <c>POST /v1/session/end_all</c>: an empty object.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record EndAllRequest;

/// <summary>How many sessions were ended.</summary>
/// <param name="Kind">Always <c>session.deleted</c>.</param>
/// <param name="Deleted">Always true.</param>
/// <param name="Sessions">How many.</param>
internal sealed record EndedSessions([property: JsonPropertyName("object")] string Kind, bool Deleted, int Sessions);
