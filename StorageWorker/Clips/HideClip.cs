using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;

namespace Sora.StorageWorker.Clips;

/// <summary>
/// <c>POST /internal/clips/{video_id}/hide</c>: from now on the content is 404. Called at once when a video
/// is deleted; the bytes go when the message comes.
/// </summary>
internal static class HideClip
{
    /// <summary>Answers 204, also when there is nothing to hide.</summary>
    public static async Task<IResult> HandleAsync(
        string videoId,
        HideClipRequest request,
        Caller caller,
        ServiceDatabase database,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(request.CommandId))
        {
            return ApiError.Missing("command_id");
        }

        await using var work = await database.BeginAsync(caller, cancellationToken);
        await work.ExecuteAsync(
            "update clips set hidden_at = @Now where video_id = @videoId and hidden_at is null",
            new { videoId, Now = clock.GetUtcNow() },
            cancellationToken);
        await work.CommitAsync(cancellationToken);
        return Results.NoContent();
    }
}

/// <summary>
/// The body of the command: without one, a broken connection would make the client send it again silently.
/// </summary>
/// <param name="CommandId">The caller's id of this command.</param>
internal sealed record HideClipRequest(string? CommandId);
