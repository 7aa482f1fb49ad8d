using System.Globalization;
using Sora.ServiceDefaults.Errors;

namespace Sora.Simulator.Videos;

/// <summary><c>POST /v1/videos/extensions</c>: a video and a new piece after it, as one video.</summary>
internal static class ExtendVideo
{
    /// <summary>The protocol's limits: how often a video may be extended, and to how many seconds.</summary>
    private const int MostExtensions = 6;
    private const int MostSeconds = 120;

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

        var (prompt, seconds) = (form.Texts.GetValueOrDefault("prompt"), form.Texts.GetValueOrDefault("seconds"));
        var problem = VideoOrder.PromptProblem(prompt)
            ?? (seconds is null
                ? ApiError.Missing("seconds")
                : VideoOrder.ValueProblem("seconds", seconds, VideoCatalogue.Seconds));
        if (problem is not null)
        {
            return problem;
        }

        var (source, unusable) = await sources.ReadAsync(form, cancellationToken);
        if (source is null)
        {
            return unusable!;
        }

        var order = Order(source, prompt!, int.Parse(seconds!, CultureInfo.InvariantCulture));
        return Excess(order) is { } excess ? excess : await intake.TakeAsync(order, context);
    }

    private static VideoOrder Order(VideoSource source, string prompt, int seconds) =>
        new(source.Order.Model, prompt, source.Order.Size, source.Order.Seconds + seconds, source.Id)
        {
            Operation = VideoOperation.Extension,
            Source = source.Order,
        };

    private static ApiError? Excess(VideoOrder order) => order switch
    {
        { Extensions: > MostExtensions } => ApiError.Invalid(
            "video.id", $"A video can be extended {MostExtensions} times.", "extension_limit_reached"),
        { Seconds: > MostSeconds } => ApiError.Invalid(
            "seconds", $"The extended video would have {order.Seconds} seconds; at most {MostSeconds} are allowed."),
        _ => null,
    };
}
