using System.Text.Json;
using System.Text.RegularExpressions;

namespace Sora.Upstreams.OpenAIVideos;

/// <summary>An error as an upstream words it, safe to show to a customer.</summary>
/// <param name="Code">A short word, or null.</param>
/// <param name="Message">One line without addresses, ids or keys, or null.</param>
internal sealed partial record UpstreamError(string? Code, string? Message)
{
    private const int LongestCode = 64;
    private const int LongestRead = 2_000;
    private const int LongestShown = 500;

    /// <summary>Reads OpenAI's envelope, a bare string, <c>{message}</c>, or FastAPI's <c>detail</c>.</summary>
    public static UpstreamError Read(JsonElement json)
    {
        if ((json.Field("error") ?? json.Field("detail")) is not { } error)
        {
            return new UpstreamError(Word(json, "code"), Line(json, "message"));
        }

        if (error.ValueKind == JsonValueKind.Array && error.GetArrayLength() > 0)
        {
            error = error[0];
        }

        return error.ValueKind == JsonValueKind.Object
            ? new UpstreamError(
                Word(error, "code") ?? Word(error, "type"), Line(error, "message") ?? Line(error, "msg"))
            : new UpstreamError(null, Line(error.Text(int.MaxValue)));
    }

    private static string? Word(JsonElement error, string field) =>
        error.Text(field, LongestCode) is { } text && CodeForm().IsMatch(text) ? text : null;

    private static string? Line(JsonElement error, string field) => Line(error.Text(field, int.MaxValue));

    private static string? Line(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var read = text.Length <= LongestRead ? text : text[..LongestRead];
        var line = Blank().Replace(Private().Replace(read, "[removed]"), " ").Trim();
        return line.Length <= LongestShown ? line : string.Concat(line.AsSpan(0, LongestShown), "…");
    }

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_.-]*\z")]
    private static partial Regex CodeForm();

    // Addresses, IPv4 with port, bearer tokens and keys, ids with a prefix, file paths, any long word with a digit.
    [GeneratedRegex(
        """
        [a-z][a-z0-9+.-]*://\S+
        | \b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b
        | \bbearer\s+\S+ | \bsk-\S+
        | \b(?:video|task|req|org|proj|file|user)[_-][A-Za-z0-9_-]*\d[A-Za-z0-9_-]*
        | (?<!\S)/(?:[\w.-]+/)+[\w.-]+
        | \b(?=[A-Za-z_-]*\d)[A-Za-z0-9_-]{24,}
        """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant)]
    private static partial Regex Private();

    [GeneratedRegex(@"[\s\p{Cc}\p{Cf}]+")]
    private static partial Regex Blank();
}
