using System.Text.Json;
using Sora.ServiceDefaults.Errors;

namespace Sora.VideoService.Requests;

/// <summary>A JSON object as bracketed fields.</summary>
internal static class JsonFields
{
    private static readonly JsonDocumentOptions Strict = new()
    {
        MaxDepth = 16,
        AllowDuplicateProperties = false,
    };

    public static async Task<(RequestFields?, ApiError?)> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(request.Body, Strict, cancellationToken);
            if (document.RootElement.ValueKind is not JsonValueKind.Object)
            {
                return (null, Malformed("The body must be a JSON object."));
            }

            var fields = Flatten("", document.RootElement).Take(RequestLimits.Values + 1).ToList();
            return fields.Count <= RequestLimits.Values
                ? (new RequestFields(fields), null)
                : (null, Malformed($"The body has more than {RequestLimits.Values} values."));
        }
        catch (JsonException exception)
        {
            var (line, position) = (exception.LineNumber + 1, exception.BytePositionInLine + 1);
            return (null, Malformed(
                $"We could not parse the JSON body of your request (line {line}, byte {position}): "
                + "it must be well-formed, without duplicate names and no more than 16 levels deep."));
        }
        catch (InvalidOperationException)
        {
            // The parser looks into strings only when they are asked for.
            return (null, Malformed(
                "We could not parse the JSON body of your request: it holds a string that is not Unicode."));
        }
    }

    private static IEnumerable<RequestField> Flatten(string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object when name.Length == 0 => value.EnumerateObject()
            .SelectMany(member => Flatten(member.Name, member.Value)),
        JsonValueKind.Object when value.EnumerateObject().Any() => value.EnumerateObject()
            .SelectMany(member => Flatten($"{name}[{member.Name}]", member.Value)),
        JsonValueKind.Array when value.GetArrayLength() > 0 => value.EnumerateArray()
            .SelectMany(item => Flatten($"{name}[]", item)),
        _ => [new RequestField(name, Kind(value), Text(value))],
    };

    private static FieldKind Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => FieldKind.Text,
        JsonValueKind.Number => FieldKind.Number,
        JsonValueKind.Null => FieldKind.Null,
        JsonValueKind.Object or JsonValueKind.Array => FieldKind.Empty,
        _ => FieldKind.Other,
    };

    private static string Text(JsonElement value) =>
        value.ValueKind is JsonValueKind.String ? value.GetString()! : value.GetRawText();

    private static ApiError Malformed(string message) => ApiError.Invalid(null, message, "malformed_json");
}
