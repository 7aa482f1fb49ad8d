using System.Text.Json;
using Sora.ServiceDefaults.Errors;

namespace Sora.Simulator.Videos;

/// <summary>The fields of a request that makes a video or a character, from multipart or JSON.</summary>
/// <param name="Texts">Text fields under multipart's names, for example <c>input_reference[image_url]</c>.</param>
/// <param name="CharacterIds">What <c>characters[][id]</c> holds, in its order.</param>
/// <param name="Files">The bytes of uploaded files by field name.</param>
internal sealed record VideoForm(
    IReadOnlyDictionary<string, string> Texts,
    IReadOnlyList<string> CharacterIds,
    IReadOnlyDictionary<string, byte[]> Files)
{
    /// <summary>The longest data URL that the protocol knows, in characters.</summary>
    public const int MaxImageUrlLength = 20_971_520;

    /// <summary>The largest body with a video in it, in bytes.</summary>
    public const int MaxVideoBody = 80 * 1024 * 1024;

    private const string CharacterId = "characters[][id]";

    private static readonly string[] Names = ["prompt", "model", "size", "seconds"];
    private static readonly string[] Objects = ["input_reference", "video", "characters"];
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    /// <summary>Reads the body; the second value is null exactly when the first is not.</summary>
    public static async Task<(VideoForm? Form, ApiError? Malformed)> ReadAsync(
        HttpRequest request,
        CancellationToken cancellationToken)
    {
        try
        {
            return request switch
            {
                { HasFormContentType: true } => (await ReadMultipartAsync(request, cancellationToken), null),
                _ when request.HasJsonContentType() => await ReadJsonAsync(request, cancellationToken),
                _ => (null, Malformed("Send multipart/form-data or application/json.")),
            };
        }
        catch (Exception exception) when (exception is JsonException or InvalidDataException)
        {
            return (null, Malformed("The body of the request cannot be read."));
        }
    }

    private static async Task<VideoForm> ReadMultipartAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var form = await request.ReadFormAsync(cancellationToken);
        var files = new Dictionary<string, byte[]>();
        foreach (var file in form.Files)
        {
            using var bytes = new MemoryStream();
            await file.CopyToAsync(bytes, cancellationToken);
            files[file.Name] = bytes.ToArray();
        }

        return new VideoForm(
            form.ToDictionary(field => field.Key, field => field.Value.ToString()),
            [.. form[CharacterId].OfType<string>()],
            files);
    }

    private static async Task<(VideoForm? Form, ApiError? Malformed)> ReadJsonAsync(
        HttpRequest request,
        CancellationToken cancellationToken)
    {
        using var document = await JsonDocument.ParseAsync(request.Body, Strict, cancellationToken);
        if (document.RootElement.ValueKind is not JsonValueKind.Object)
        {
            return (null, Malformed("The body must be a JSON object."));
        }

        var fields = document.RootElement.EnumerateObject()
            .SelectMany(Fields)
            .Where(field => field.Value.ValueKind is not JsonValueKind.Null)
            .ToList();
        var wrong = fields.Find(field => field.Value.ValueKind is not JsonValueKind.String);
        if (wrong.Name is not null)
        {
            return (null, WrongType(wrong.Name, wrong.Value));
        }

        var texts = fields.Where(field => field.Name != CharacterId)
            .ToDictionary(field => field.Name, field => field.Value.GetString()!);
        string[] characters = [.. fields.Where(field => field.Name == CharacterId).Select(field => field.Value.GetString()!)];
        return (new VideoForm(texts, characters, new Dictionary<string, byte[]>()), null);
    }

    /// <summary>A member under its name in a form; what the protocol does not know is left out.</summary>
    private static IEnumerable<(string Name, JsonElement Value)> Fields(JsonProperty member) =>
        Names.Contains(member.Name) ? [(member.Name, member.Value)]
        : Objects.Contains(member.Name) ? Nested(member.Name, member.Value)
        : [];

    private static IEnumerable<(string Name, JsonElement Value)> Nested(string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().Select(inner => ($"{name}[{inner.Name}]", inner.Value)),
        JsonValueKind.Array => value.EnumerateArray().SelectMany(item => Nested($"{name}[]", item)),
        _ => [(name, value)],
    };

    private static ApiError WrongType(string name, JsonElement value)
    {
        var got = value.ValueKind switch
        {
            JsonValueKind.Number => value.TryGetInt64(out _) ? "an integer" : "a number",
            JsonValueKind.True or JsonValueKind.False => "a boolean",
            JsonValueKind.Array => "an array",
            _ => "an object",
        };
        return ApiError.Invalid(name, $"Invalid type for '{name}': expected a string, but got {got} instead.", "invalid_type");
    }

    private static ApiError Malformed(string message) => ApiError.Invalid(null, message, "invalid_body");
}
