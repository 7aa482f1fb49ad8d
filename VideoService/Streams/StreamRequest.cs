using System.Globalization;
using Microsoft.Extensions.Primitives;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;

namespace Sora.VideoService.Streams;

/// <summary>What somebody wants to watch.</summary>
/// <param name="Caller">Whose project it is.</param>
/// <param name="VideoId">The only video; null for all of the project.</param>
/// <param name="After">The id of the last event that was seen; null at the first time.</param>
internal sealed record StreamRequest(Caller Caller, string? VideoId, long? After)
{
    private const string Header = "Last-Event-ID";
    private const string Parameter = "after";

    /// <summary>
    /// Reads the last event's id: a browser that comes back sends the header, and the parameter of its first time as well.
    /// </summary>
    public static (StreamRequest? Request, ApiError? Mistake) Read(HttpRequest request, Caller caller, string? videoId)
    {
        var (name, value) = StringValues.IsNullOrEmpty(request.Headers[Header])
            ? (Parameter, request.Query[Parameter])
            : (Header, request.Headers[Header]);
        if (StringValues.IsNullOrEmpty(value))
        {
            return (new StreamRequest(caller, videoId, null), null);
        }

        return long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var after)
            ? (new StreamRequest(caller, videoId, after), null)
            : (null, ApiError.Invalid(name, $"Invalid '{name}': expected the id of an event of this stream, a number."));
    }
}
