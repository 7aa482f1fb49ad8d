using Sora.ServiceDefaults.Errors;

namespace Sora.Simulator.Videos;

/// <summary><c>POST /v1/videos/{id}/remix</c>: a new prompt, everything else from a completed video.</summary>
internal static class RemixVideo
{
    public static async Task<IResult> HandleAsync(
        string id,
        HttpContext context,
        VideoStore store,
        VideoIntake intake,
        CancellationToken cancellationToken)
    {
        if (!store.TryFind(id, out var source))
        {
            return GetVideo.NotFound(id);
        }

        if (!source.HasClip)
        {
            return ApiError.Invalid("video_id", $"Video '{id}' is not completed.", "video_not_ready");
        }

        var (form, malformed) = await VideoForm.ReadAsync(context.Request, cancellationToken);
        if (form is null)
        {
            return malformed!;
        }

        var prompt = form.Texts.GetValueOrDefault("prompt");
        return VideoOrder.PromptProblem(prompt) is { } problem
            ? problem
            : await intake.TakeAsync(Order(source, prompt!), context);
    }

    private static VideoOrder Order(Video source, string prompt) => source.Order with
    {
        Operation = VideoOperation.Remix,
        Prompt = prompt,
        RemixedFromVideoId = source.Id,
        Source = null,
    };
}
