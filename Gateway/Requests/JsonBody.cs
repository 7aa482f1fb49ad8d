using System.Globalization;
using System.Text;
using System.Text.Json;
using Sora.ServiceDefaults.Errors;

namespace Sora.Gateway.Requests;

/// <summary>
/// The JSON object of a request to the gateway itself, read field by field. The first mistake is kept and is the answer:
/// read every field, then look at <see cref="Mistake"/>. A field that is absent or null reads as null.
/// </summary>
internal sealed class JsonBody
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    private readonly Dictionary<string, JsonElement> _fields = [];

    /// <summary>The first thing that is wrong with the body, or null.</summary>
    public ApiError? Mistake { get; private set; }

    /// <summary>Reads the body. No body at all is an empty object, since every field may be optional.</summary>
    /// <param name="request">The request; its size is limited by its route.</param>
    /// <param name="known">The names of all fields; another one is a mistake.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<JsonBody> ReadAsync(
        HttpRequest request, string[] known, CancellationToken cancellationToken)
    {
        var body = new JsonBody();
        if (request.ContentLength is 0 || request is { ContentLength: null, ContentType: null })
        {
            return body;
        }

        if (!request.HasJsonContentType())
        {
            body.Mistake = ApiError.Invalid(null, "The content type must be application/json.", "unsupported_content_type");
            return body;
        }

        try
        {
            using var document = await JsonDocument.ParseAsync(request.Body, Strict, cancellationToken);
            body.Take(document.RootElement, known);
        }
        catch (JsonException)
        {
            body.Mistake = ApiError.Invalid(
                null,
                "We could not parse the JSON body of your request: it must be well-formed, without duplicate names and no "
                + "more than 16 levels deep.",
                "malformed_json");
        }

        return body;
    }

    /// <summary>Whether the field is there, be it null.</summary>
    public bool Has(string name) => _fields.ContainsKey(name);

    /// <summary>Keeps a mistake that the caller found, unless there was one before.</summary>
    public void Refuse(string name, string message) => Mistake ??= ApiError.Invalid(name, message);

    /// <summary>A required field that is absent or null is a mistake.</summary>
    public void Require(string name)
    {
        if (!IsGiven(name, out _))
        {
            Mistake ??= ApiError.Missing(name);
        }
    }

    /// <summary>Fields that may be left out but not be null.</summary>
    public void RequireIfPresent(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (Has(name))
            {
                Require(name);
            }
        }
    }

    /// <summary>One line of text for people: trimmed, not empty, without control and direction characters.</summary>
    public string? Text(string name, int maximumLength)
    {
        if (!IsGiven(name, out var value))
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.String && ReadLine(value, maximumLength) is { } text)
        {
            return text;
        }

        Refuse(name, $"'{name}' must be a text of 1 to {maximumLength} characters, without control characters.");
        return null;
    }

    /// <summary>A whole number within bounds.</summary>
    public long? Integer(string name, long minimum, long maximum)
    {
        if (!IsGiven(name, out var value))
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out var number)
            && number >= minimum && number <= maximum)
        {
            return number;
        }

        Refuse(name, string.Create(
            CultureInfo.InvariantCulture, $"'{name}' must be a whole number from {minimum} to {maximum}."));
        return null;
    }

    /// <summary>A list of different texts, each one line, at least one.</summary>
    public IReadOnlyList<string>? Texts(string name, int maximumCount, int maximumLength)
    {
        if (!IsGiven(name, out var value))
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.Array && value.GetArrayLength() is > 0 and var count && count <= maximumCount)
        {
            var texts = value.EnumerateArray()
                .Select(item => item.ValueKind is JsonValueKind.String ? ReadLine(item, maximumLength) : null)
                .OfType<string>()
                .Distinct(StringComparer.Ordinal)
                .ToList();
            if (texts.Count == count)
            {
                return texts;
            }
        }

        Refuse(name, $"'{name}' must be a list of 1 to {maximumCount} different texts of at most {maximumLength} characters.");
        return null;
    }

    private void Take(JsonElement root, string[] known)
    {
        if (root.ValueKind is not JsonValueKind.Object)
        {
            Mistake = ApiError.Invalid(null, "The body must be a JSON object.", "malformed_json");
            return;
        }

        foreach (var field in root.EnumerateObject())
        {
            if (known.Contains(field.Name))
            {
                _fields.Add(field.Name, field.Value.Clone());
            }
            else
            {
                Mistake ??= ApiError.Invalid(
                    null,
                    $"Unknown parameter in the body. The parameters are: {string.Join(", ", known)}.",
                    "unknown_parameter");
            }
        }
    }

    private bool IsGiven(string name, out JsonElement value) =>
        _fields.TryGetValue(name, out value) && value.ValueKind is not JsonValueKind.Null;

    private static string? ReadLine(JsonElement value, int maximumLength)
    {
        try
        {
            var text = value.GetString()!.Trim();
            return text.Length > 0 && text.Length <= maximumLength && !text.EnumerateRunes().Any(IsUnprintable) ? text : null;
        }
        catch (InvalidOperationException)
        {
            // The parser looks into strings only when they are asked for: half a surrogate pair.
            return null;
        }
    }

    private static bool IsUnprintable(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        || rune.Value is (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);
}
