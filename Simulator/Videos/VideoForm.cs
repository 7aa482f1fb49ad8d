using System.Text.Json;
using Sora.ServiceDefaults.Errors;

namespace Sora.Simulator.Videos;

/// <summary>The fields of a create or remix, from multipart or JSON.</summary>
/// <param name="Texts">Text fields under multipart's names, for example <c>input_reference[image_url]</c>.</param>
/// <param name="Reference">The bytes of an uploaded <c>input_reference</c>, or null.</param>
internal sealed record VideoForm(IReadOnlyDictionary<string, string> Texts, byte[]? Reference)
{
    /// <summary>The longest data URL that the protocol knows, in characters.</summary>
    public const int MaxImageUrlLength = 20_971_520;

    private static readonly string[] Names = ["prompt", "model", "size", "seconds"];
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
        var texts = form.ToDictionary(field => field.Key, field => field.Value.ToString());
        return form.Files.GetFile("input_reference") is { } file
            ? new VideoForm(texts, await BytesOfAsync(file, cancellationToken))
            : new VideoForm(texts, null);
    }

    private static async Task<byte[]> BytesOfAsync(IFormFile file, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes, cancellationToken);
        return bytes.ToArray();
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

        var fields = document.RootElement.EnumerateObject().Where(field => Names.Contains(field.Name)).ToList();
        if (document.RootElement.TryGetProperty("input_reference", out var reference)
            && reference.ValueKind is JsonValueKind.Object)
        {
            fields.AddRange(reference.EnumerateObject());
        }

        var given = fields.Where(field => field.Value.ValueKind is not JsonValueKind.Null).ToArray();
        foreach (var wrong in given.Where(field => field.Value.ValueKind is not JsonValueKind.String))
        {
            return (null, WrongType(wrong));
        }

        var texts = given.ToDictionary(
            field => Names.Contains(field.Name) ? field.Name : $"input_reference[{field.Name}]",
            field => field.Value.GetString()!);
        return (new VideoForm(texts, null), null);
    }

    private static ApiError WrongType(JsonProperty field)
    {
        var got = field.Value.ValueKind switch
        {
            JsonValueKind.Number => field.Value.TryGetInt64(out _) ? "an integer" : "a number",
            JsonValueKind.True or JsonValueKind.False => "a boolean",
            JsonValueKind.Array => "an array",
            _ => "an object",
        };
        var message = $"Invalid type for '{field.Name}': expected a string, but got {got} instead.";
        return ApiError.Invalid(field.Name, message, "invalid_type");
    }

    private static ApiError Malformed(string message) => ApiError.Invalid(null, message, "invalid_body");
}
