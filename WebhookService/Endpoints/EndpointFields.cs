using Sora.ServiceDefaults;
using Sora.ServiceDefaults.Errors;
using Sora.WebhookService.Events;

namespace Sora.WebhookService.Endpoints;

/// <summary>What the members of an endpoint may be; each rule is the same for a create and an update.</summary>
internal static class EndpointFields
{
    private const int MaxName = 256;
    private const int MaxUrl = 2048;

    /// <summary>1 to 256 characters, none of them a control character.</summary>
    public static ApiError? CheckName(string name) =>
        name.Length is > 0 and <= MaxName && !string.IsNullOrWhiteSpace(name) && !name.Any(char.IsControl)
            ? null
            : ApiError.Invalid("name", $"'name' must have 1 to {MaxName} characters and no control characters.");

    /// <summary>
    /// An address that the guarded client would go to, as far as the address itself says; what its name leads to is
    /// judged each time it is used. Plain http only to this machine, where the installation allows it.
    /// </summary>
    public static ApiError? CheckUrl(string text, GuardedHttp http)
    {
        if (text.Length > MaxUrl)
        {
            return ApiError.Invalid("url", $"'url' must have at most {MaxUrl} characters.");
        }

        if (text.Any(character => character is <= ' ' or '\\' or '\u007f')
            || !Uri.TryCreate(text, UriKind.Absolute, out var url)
            || (url.Scheme == Uri.UriSchemeHttp && !url.IsLoopback))
        {
            return ApiError.Invalid("url", "'url' must be an absolute URL that starts with https://.");
        }

        return http.WhyRefused(url) is { } reason ? ApiError.Invalid("url", $"Invalid 'url'. {reason}") : null;
    }

    /// <summary>At least one, each of them known.</summary>
    public static ApiError? CheckEventTypes(IReadOnlyList<string?> types)
    {
        var unknown = types.FirstOrDefault(type => !EventTypes.All.Contains(type));
        return types.Count > 0 && types.All(EventTypes.All.Contains)
            ? null
            : ApiError.Invalid(
                "event_types",
                $"{(types.Count == 0 ? "'event_types' is empty" : $"Invalid event type '{Shown(unknown)}'")}. "
                + $"Supported values are: {EventTypes.Listed}.");
    }

    private static string Shown(string? text) => text is { Length: > 80 } ? $"{text[..80]}…" : text ?? "null";
}
