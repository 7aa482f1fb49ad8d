using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;

namespace Sora.VideoService.Videos;

/// <summary>
/// <c>POST /v1/videos/{id}/cancel</c>: stops a video that is not rendered yet. The answer is the video;
/// <c>sora.cost</c> says what becomes of its money. Nobody needs a body, and a repetition gets the same answer.
/// </summary>
public static class CancelVideo
{
    public static async Task<IResult> HandleAsync(
        string id,
        Caller caller,
        ServiceDatabase database,
        OwnersWish wish,
        VideoAnswers answers,
        CancellationToken cancellationToken)
    {
        if (await FindVideo.ByIdAsync(database, id, caller, cancellationToken) is null)
        {
            return FindVideo.NotFound(id);
        }

        var outcome = await wish.ApplyAsync(id, new VideoFact.Cancelled(), "video.cancelled", caller, cancellationToken);
        return outcome.Video switch
        {
            null or { DeletedAt: not null } => FindVideo.NotFound(id),
            { Stage: VideoStage.Cancelling or VideoStage.Cancelled } video => answers.For(video),
            { Stage: VideoStage.Saving } => ApiError.Invalid(
                "video_id",
                $"The video '{id}' is already rendered and is being stored: it will be completed and charged.",
                "video_already_rendered"),
            var video => ApiError.Invalid(
                "video_id",
                $"Only a video that is queued or in progress can be cancelled; '{id}' is {video.Stage.PublicStatus()}"
                + $" (stage '{video.Stage.Name()}').",
                "video_already_ended"),
        };
    }
}
