using Sora.ServiceDefaults.Errors;
using Sora.VideoService.Requests;

namespace Sora.VideoService.Sources;

/// <summary>The video that an edit or an extension starts from, as a client gives it: an id or a file.</summary>
public sealed record SourceInput(string? Id, UploadedFile? File)
{
    /// <summary>The id's place in a request, as errors name it.</summary>
    public const string IdParam = "video.id";

    private const string Name = "video";
    private const string IdName = $"{Name}[id]";

    /// <summary>
    /// Reads <c>video</c> in each form that the protocol has, and refuses what only a create can have
    /// (openai-videos 1.8).
    /// </summary>
    public static ApiError? Read(RequestFields fields, out SourceInput source)
    {
        source = new SourceInput(null, null);
        if (!fields.TryGetOne(Name, out var plain, out var error) || !fields.TryGetOne(IdName, out var id, out error))
        {
            return error;
        }

        if (Surplus(fields) is { } surplus)
        {
            return surplus;
        }

        if (plain is null && id is null)
        {
            return fields.HasNested(Name) ? ApiError.Missing(IdParam) : ApiError.Missing(Name);
        }

        if (plain is { Kind: FieldKind.Empty })
        {
            return ApiError.Missing(IdParam);
        }

        if (plain is { Kind: not FieldKind.File } || id is { Kind: not FieldKind.Text })
        {
            return ApiError.Invalid(
                Name, $"Invalid type for '{Name}': expected a file, or an object with 'id'.", "invalid_type");
        }

        if (plain is not null && id is not null)
        {
            return ApiError.Invalid(Name, $"'{Name}' needs exactly one of a file and 'id'; both are there.");
        }

        source = new SourceInput(id?.Text, plain?.File);
        return null;
    }

    private static ApiError? Surplus(RequestFields fields)
    {
        var surplus = Array.Find(
            ["input_reference", "characters"], name => fields.All(name).Count > 0 || fields.HasNested(name));
        return surplus is null ? null : ApiError.Invalid(
            surplus, $"'{surplus}' can only be given when a video is created.", "unsupported_parameter");
    }
}
