using System.Globalization;
using Sora.ServiceDefaults.Errors;
using Sora.VideoService.Catalogue;
using Sora.VideoService.Requests;

namespace Sora.VideoService.Videos;

/// <summary>The length that a client asks for: of a video, or of the piece that an extension adds.</summary>
public static class VideoSeconds
{
    /// <summary>
    /// Reads <c>seconds</c>: a string by the protocol; the JSON number of the same value is taken too, as several clients
    /// send it.
    /// </summary>
    /// <param name="fields">The request.</param>
    /// <param name="model">The model, whose lengths are allowed.</param>
    /// <param name="absent">What counts when there is none; null where the operation needs it.</param>
    /// <param name="seconds">The length.</param>
    public static ApiError? Read(RequestFields fields, ModelOptions model, string? absent, out int seconds)
    {
        seconds = 0;
        if (!fields.TryGetOne("seconds", out var field, out var error))
        {
            return error;
        }

        var allowed = AllowedValues.List(model.Seconds.Select(second => second.ToString(CultureInfo.InvariantCulture)));
        if (field is not null and { Kind: not (FieldKind.Text or FieldKind.Number) } || fields.HasNested("seconds"))
        {
            return ApiError.Invalid("seconds", $"Invalid type for 'seconds': expected one of {allowed}.", "invalid_type");
        }

        if ((field?.Text ?? absent) is not { } text)
        {
            return ApiError.Missing("seconds");
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out seconds) && model.Seconds.Contains(seconds)
            ? null
            : ApiError.Invalid("seconds", $"Invalid value: '{AllowedValues.Shown(text)}'. Supported values are: {allowed}.");
    }
}
