using System.Text.Json;

namespace Sora.Upstreams.OpenAIVideos;

/// <summary>Reads fields of foreign JSON without ever throwing.</summary>
internal static class JsonFields
{
    /// <summary>A field of an object, or null when it is absent or null.</summary>
    public static JsonElement? Field(this JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object
        && json.TryGetProperty(name, out var field)
        && field.ValueKind != JsonValueKind.Null
            ? field
            : null;

    /// <summary>
    /// A string or number as text, or null when it is another thing, empty, broken or longer than allowed.
    /// </summary>
    public static string? Text(this JsonElement json, string name, int longest) => json.Field(name)?.Text(longest);

    /// <summary>
    /// This string or number as text, or null when it is another thing, empty, broken or longer than allowed.
    /// </summary>
    public static string? Text(this JsonElement value, int longest)
    {
        var text = value.ValueKind switch
        {
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.String => Unescape(value),
            _ => null,
        };
        return text is { Length: > 0 } && text.Length <= longest ? text : null;
    }

    // An escaped half of a surrogate pair is valid JSON, but not a string.
    private static string? Unescape(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
