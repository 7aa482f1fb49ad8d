using Sora.ServiceDefaults.Errors;
using Sora.VideoService.Catalogue;
using Sora.VideoService.Characters;
using Sora.VideoService.Requests;

namespace Sora.VideoService.Videos;

/// <summary>What a client asks for, checked against the protocol (OpenAI Videos, create) and the catalogue.</summary>
public sealed record CreateVideoRequest(
    string Prompt,
    string ModelId,
    ModelOptions Model,
    string Size,
    int Seconds,
    ReferenceInput? Reference,
    IReadOnlyList<string> Characters)
{
    private const string DefaultSize = "720x1280";
    private const string DefaultSeconds = "4";

    /// <summary>The upstream's ids of <see cref="Characters"/>, once they are found.</summary>
    public string[] CharacterUpstreamIds { get; init; } = [];

    /// <summary>The request, or the first thing that is wrong with it.</summary>
    public static (CreateVideoRequest? Request, ApiError? Error) Parse(RequestFields fields, ModelCatalogue catalogue)
    {
        IReadOnlyList<string> characters = [];
        if (VideoPrompt.Read(fields, out var prompt) is { } promptError)
        {
            return (null, promptError);
        }

        if (ReadModel(fields, catalogue, out var modelId, out var model) is { } modelError)
        {
            return (null, modelError);
        }

        if (ReadSize(fields, modelId, model!, out var size) is { } sizeError)
        {
            return (null, sizeError);
        }

        if (VideoSeconds.Read(fields, model!, DefaultSeconds, out var seconds) is { } secondsError)
        {
            return (null, secondsError);
        }

        return (ReferenceInput.Read(fields, out var reference)
            ?? CharacterInput.Read(fields, modelId, model!, out characters)) is { } error
            ? (null, error)
            : (new CreateVideoRequest(prompt, modelId, model!, size, seconds, reference, characters), null);
    }

    private static ApiError? ReadModel(
        RequestFields fields, ModelCatalogue catalogue, out string modelId, out ModelOptions? model)
    {
        (modelId, model) = (catalogue.DefaultModel, null);
        if (ReadText(fields, "model", ref modelId) is { } mistake)
        {
            return mistake;
        }

        return catalogue.TryFind(modelId, "create", out model, out var error) ? null : error;
    }

    private static ApiError? ReadSize(RequestFields fields, string modelId, ModelOptions model, out string size)
    {
        size = model.Sizes.Contains(DefaultSize) ? DefaultSize : model.Sizes[0];
        return ReadText(fields, "size", ref size)
            ?? (model.Sizes.Contains(size) ? null : ApiError.Invalid(
                "size", $"Invalid value: '{AllowedValues.Shown(size)}'. "
                + $"Supported values for '{modelId}' are: {AllowedValues.List(model.Sizes)}."));
    }

    internal static ApiError? ReadText(RequestFields fields, string name, ref string value)
    {
        if (!fields.TryGetOne(name, out var field, out var error))
        {
            return error;
        }

        if (field is { Kind: not FieldKind.Text } || fields.HasNested(name))
        {
            return ApiError.Invalid(name, $"Invalid type for '{name}': expected a string.", "invalid_type");
        }

        value = field?.Text ?? value;
        return null;
    }
}
