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

            var fields = new List<RequestField>();
            Flatten("", document.RootElement, fields);
            return (new RequestFields(fields), null);
        }
        catch (JsonException exception)
        {
            return (null, Malformed(
                $"We could not parse the JSON body of your request (line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}): "
                + "it must be well-formed, without duplicate names and no more than 16 levels deep."));
        }
    }

    private static void Flatten(string name, JsonElement value, List<RequestField> fields)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                {
                    Flatten(name.Length == 0 ? member.Name : $"{name}[{member.Name}]", member.Value, fields);
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray())
                {
                    Flatten($"{name}[]", item, fields);
                }

                break;
            default:
                fields.Add(new RequestField(name, Kind(value), Text(value)));
                break;
        }
    }

    private static FieldKind Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => FieldKind.Text,
        JsonValueKind.Number => FieldKind.Number,
        JsonValueKind.Null => FieldKind.Null,
        _ => FieldKind.Other,
    };

    private static string Text(JsonElement value) =>
        value.ValueKind is JsonValueKind.String ? value.GetString()! : value.GetRawText();

    private static ApiError Malformed(string message) => ApiError.Invalid(null, message, "malformed_json");
}
