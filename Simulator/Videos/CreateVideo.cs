using Sora.Simulator.Characters;

namespace Sora.Simulator.Videos;

/// <summary><c>POST /v1/videos</c>, as multipart or JSON.</summary>
internal static class CreateVideo
{
    public static async Task<IResult> HandleAsync(
        HttpContext context,
        ReferenceUpload references,
        CharacterStore characters,
        VideoIntake intake,
        CancellationToken cancellationToken)
    {
        var (form, malformed) = await VideoForm.ReadAsync(context.Request, cancellationToken);
        if (form is null)
        {
            return malformed!;
        }

        if (!VideoOrder.TryRead(form.Texts, out var order, out var problem))
        {
            return problem;
        }

        if (!characters.TryCast(form.CharacterIds, order.Prompt, out var cast, out problem))
        {
            return problem;
        }

        var (complete, unusable) = await references.AddAsync(order with { Cast = cast }, form, cancellationToken);
        return complete is null ? unusable! : await intake.TakeAsync(complete, context);
    }
}
