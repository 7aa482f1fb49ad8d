using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Identity;

namespace Sora.VideoService.Creates;

/// <summary>
/// <c>POST /internal/creates/{id}/delivered</c>: the gateway has handed the whole answer to its client, so that an equal
/// request of that client is a new wish. Repeating it changes nothing.
/// </summary>
public static class RecordDelivery
{
    private const string Record =
        "update creates set delivered_at = @Now where resource_id = @Id and project = @Project and delivered_at is null";

    public static async Task<IResult> HandleAsync(
        string id, Caller caller, ServiceDatabase database, TimeProvider clock, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(caller, cancellationToken);
        await work.ExecuteAsync(Record, new { Id = id, caller.Project, Now = clock.GetUtcNow() }, cancellationToken);
        await work.CommitAsync(cancellationToken);
        return Results.NoContent();
    }
}
