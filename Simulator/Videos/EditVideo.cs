namespace Sora.Simulator.Videos;

/// <summary><c>POST /v1/videos/edits</c>: the frames of a video, changed as the prompt says.</summary>
internal static class EditVideo
{
    public static async Task<IResult> HandleAsync(
        HttpContext context,
        SourceInput sources,
        VideoIntake intake,
        CancellationToken cancellationToken)
    {
        var (form, malformed) = await VideoForm.ReadAsync(context.Request, cancellationToken);
        if (form is null)
        {
            return malformed!;
        }

        var prompt = form.Texts.GetValueOrDefault("prompt");
        if (VideoOrder.PromptProblem(prompt) is { } problem)
        {
            return problem;
        }

        var (source, unusable) = await sources.ReadAsync(form, cancellationToken);
        return source is null ? unusable! : await intake.TakeAsync(Order(source, prompt!), context);
    }

    private static VideoOrder Order(VideoSource source, string prompt) =>
        new(source.Order.Model, prompt, source.Order.Size, source.Order.Seconds, source.Id)
        {
            Operation = VideoOperation.Edit,
            Source = source.Order,
        };
}
