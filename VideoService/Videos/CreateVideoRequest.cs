using System.Globalization;
using Sora.ServiceDefaults.Errors;
using Sora.VideoService.Catalogue;
using Sora.VideoService.Requests;

namespace Sora.VideoService.Videos;

/// <summary>What a client asks for, checked against the protocol (OpenAI Videos, create) and the catalogue.</summary>
public sealed record CreateVideoRequest(
    string Prompt, string ModelId, ModelOptions Model, string Size, int Seconds, ReferenceInput? Reference)
{
    private const string DefaultSize = "720x1280";
    private const string DefaultSeconds = "4";

    /// <summary>The request, or the first thing that is wrong with it.</summary>
    public static (CreateVideoRequest? Request, ApiError? Error) Parse(RequestFields fields, CatalogueOptions catalogue)
    {
        if (VideoPrompt.Read(fields, out var prompt) is { } promptError)
        {
            return (null, promptError);
        }

        if (ReadModel(fields, catalogue, out var modelId) is { } modelError)
        {
            return (null, modelError);
        }

        var model = catalogue.Models[modelId];
        if (ReadSize(fields, modelId, model, out var size) is { } sizeError)
        {
            return (null, sizeError);
        }

        if (ReadSeconds(fields, model, out var seconds) is { } secondsError)
        {
            return (null, secondsError);
        }

        return ReferenceInput.Read(fields, out var reference) is { } referenceError
            ? (null, referenceError)
            : (new CreateVideoRequest(prompt, modelId, model, size, seconds, reference), null);
    }

    private static ApiError? ReadModel(RequestFields fields, CatalogueOptions catalogue, out string modelId)
    {
        modelId = catalogue.DefaultModel;
        if (ReadText(fields, "model", ref modelId) is { } error)
        {
            return error;
        }

        if (!catalogue.Models.TryGetValue(modelId, out var model))
        {
            return new ApiError(
                400, ApiError.InvalidRequest, "model_not_found", "model",
                $"The model '{Shown(modelId)}' does not exist. Supported models are: {List(catalogue.Models.Keys)}.");
        }

        return model.Lifecycle is "retired"
            ? ApiError.Invalid("model", $"The model '{modelId}' has been retired and is no longer served.", "model_retired")
            : null;
    }

    private static ApiError? ReadSize(RequestFields fields, string modelId, ModelOptions model, out string size)
    {
        size = model.Sizes.Contains(DefaultSize) ? DefaultSize : model.Sizes[0];
        return ReadText(fields, "size", ref size)
            ?? (model.Sizes.Contains(size) ? null : ApiError.Invalid(
                "size", $"Invalid value: '{Shown(size)}'. Supported values for '{modelId}' are: {List(model.Sizes)}."));
    }

    /// <summary>
    /// A string by the protocol; the JSON number of the same value is taken too, as several clients send it.
    /// </summary>
    private static ApiError? ReadSeconds(RequestFields fields, ModelOptions model, out int seconds)
    {
        seconds = 0;
        if (!fields.TryGetOne("seconds", out var field, out var error))
        {
            return error;
        }

        var text = field?.Text ?? DefaultSeconds;
        var allowed = List(model.Seconds.Select(second => second.ToString(CultureInfo.InvariantCulture)));
        if (field is not null and { Kind: not (FieldKind.Text or FieldKind.Number) } || fields.HasNested("seconds"))
        {
            return ApiError.Invalid("seconds", $"Invalid type for 'seconds': expected one of {allowed}.", "invalid_type");
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out seconds) && model.Seconds.Contains(seconds)
            ? null
            : ApiError.Invalid("seconds", $"Invalid value: '{Shown(text)}'. Supported values are: {allowed}.");
    }

    private static ApiError? ReadText(RequestFields fields, string name, ref string value)
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

    /// <summary>As OpenAI's errors list values: <c>'4', '8', and '12'</c>.</summary>
    private static string List(IEnumerable<string> values)
    {
        var quoted = values.Select(value => $"'{value}'").ToList();
        return quoted.Count switch
        {
            1 => quoted[0],
            2 => $"{quoted[0]} and {quoted[1]}",
            _ => $"{string.Join(", ", quoted.SkipLast(1))}, and {quoted[^1]}",
        };
    }

    /// <summary>A refused value goes back to the caller: shortened and without control characters.</summary>
    private static string Shown(string value) =>
        string.Concat(value.Take(64).Select(character => char.IsControl(character) ? '�' : character));
}
