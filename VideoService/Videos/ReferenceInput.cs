using Sora.ServiceDefaults.Errors;
using Sora.VideoService.Requests;

namespace Sora.VideoService.Videos;

/// <summary>
/// The first frame that a client gives: an uploaded file, or the address of an image (data or https).
/// </summary>
public sealed record ReferenceInput(UploadedFile? File, string? ImageUrl)
{
    private const string Name = "input_reference";
    private const string ImageUrlName = $"{Name}[image_url]";
    private const string FileIdName = $"{Name}[file_id]";

    // The protocol's own limit.
    private const int MaxImageUrlLength = 20_971_520;

    /// <summary>Reads <c>input_reference</c> in each form that the protocol has; null when there is none.</summary>
    public static ApiError? Read(RequestFields fields, out ReferenceInput? reference)
    {
        reference = null;
        if (!fields.TryGetOne(Name, out var plain, out var error)
            || !fields.TryGetOne(ImageUrlName, out var imageUrl, out error)
            || !fields.TryGetOne(FileIdName, out var fileId, out error))
        {
            return error;
        }

        var given = new[] { plain, imageUrl, fileId }.Count(field => field is not null);
        if (given == 0)
        {
            return fields.HasNested(Name) ? OneOf("neither is there") : null;
        }

        if (plain is { Kind: FieldKind.Empty })
        {
            return OneOf("neither is there");
        }

        if (given > 1)
        {
            return OneOf("more than one is there");
        }

        if (fileId is not null)
        {
            return ApiError.Invalid(
                "input_reference.file_id",
                "There is no Files API here: use 'image_url' or upload the file.",
                "unsupported_parameter");
        }

        if (plain is { Kind: not FieldKind.File } || imageUrl is { Kind: not FieldKind.Text })
        {
            return ApiError.Invalid(
                Name, $"Invalid type for '{Name}': expected a file, or an object with 'image_url'.", "invalid_type");
        }

        if (imageUrl?.Text.Length > MaxImageUrlLength)
        {
            return ApiError.Invalid(
                "input_reference.image_url", $"'image_url' is longer than {MaxImageUrlLength} characters.", "string_too_long");
        }

        reference = new ReferenceInput(plain?.File, imageUrl?.Text);
        return null;
    }

    private static ApiError OneOf(string found) => ApiError.Invalid(
        Name, $"'{Name}' needs exactly one of a file, 'image_url' and 'file_id'; {found}.");
}
