using Sora.ServiceDefaults.Errors;
using Sora.VideoService.Catalogue;
using Sora.VideoService.Requests;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Characters;

/// <summary>A name, a clip, and the model that shall know the character (OpenAI Videos, create character).</summary>
/// <param name="Name">1 to 80 characters.</param>
/// <param name="Clip">The uploaded file, unchecked.</param>
/// <param name="Model">The model that the client named, or the first that offers characters.</param>
public sealed record CreateCharacterRequest(string Name, UploadedFile Clip, ModelOptions Model)
{
    private const int LongestName = 80;

    /// <summary>The request, or the first thing that is wrong with it.</summary>
    public static (CreateCharacterRequest? Request, ApiError? Error) Parse(RequestFields fields, ModelCatalogue catalogue)
    {
        if (ReadName(fields, out var name) is { } nameError)
        {
            return (null, nameError);
        }

        if (!fields.TryGetOne("video", out var video, out var error))
        {
            return (null, error);
        }

        if (video?.File is not { } clip)
        {
            return (null, video is null && !fields.HasNested("video")
                ? ApiError.Missing("video")
                : ApiError.Invalid("video", "Invalid type for 'video': expected a file.", "invalid_type"));
        }

        return ReadModel(fields, catalogue, out var model) is { } modelError
            ? (null, modelError)
            : (new CreateCharacterRequest(name, clip, model!), null);
    }

    private static ApiError? ReadName(RequestFields fields, out string name)
    {
        name = "";
        if (CreateVideoRequest.ReadText(fields, "name", ref name) is { } error)
        {
            return error;
        }

        if (fields.All("name").Count == 0)
        {
            return ApiError.Missing("name");
        }

        var length = name.EnumerateRunes().Count();
        if (string.IsNullOrWhiteSpace(name) || length > LongestName)
        {
            return ApiError.Invalid(
                "name",
                $"Invalid 'name': expected 1 to {LongestName} characters.",
                length > LongestName ? "string_too_long" : "string_too_short");
        }

        return name.Any(char.IsControl) || name.Contains('\uFFFD', StringComparison.Ordinal)
            ? ApiError.Invalid("name", "Invalid 'name': control characters are not allowed.", "invalid_characters")
            : null;
    }

    /// <summary>The protocol has no model here; a client may name one where several upstreams have characters.</summary>
    private static ApiError? ReadModel(RequestFields fields, ModelCatalogue catalogue, out ModelOptions? model)
    {
        var offering = catalogue.All
            .Where(entry => entry.Value.Characters > 0 && catalogue.LifecycleOf(entry.Value) is not "retired")
            .ToDictionary();
        var id = offering.ContainsKey(catalogue.DefaultModel) ? catalogue.DefaultModel : offering.Keys.FirstOrDefault() ?? "";
        model = null;
        if (CreateVideoRequest.ReadText(fields, "model", ref id) is { } mistake)
        {
            return mistake;
        }

        if (id.Length > 0 && !catalogue.TryFind(id, "create", out _, out var error))
        {
            return error;
        }

        return offering.TryGetValue(id, out model) ? null : ApiError.Invalid(
            "model",
            $"The model '{id}' does not offer characters. Models that do: {AllowedValues.List(offering.Keys)}.",
            "operation_not_offered");
    }
}
