using System.Text.Json;
using System.Text.Json.Serialization;
using Sora.ServiceDefaults;
using Sora.ServiceDefaults.Errors;

namespace Sora.WebhookService.Requests;

/// <summary>
/// Reads a JSON body as a record. A member that the record does not have is the caller's mistake as much as one of the
/// wrong type: whoever misspells a parameter must not believe that it was heard.
/// </summary>
internal static class RequestBody
{
    /// <summary>No request here needs more.</summary>
    public const long MaximumBytes = 64 * 1024;

    private static readonly JsonSerializerOptions Strict = CreateOptions();

    /// <summary>The body, or what is wrong with it. No body at all is an empty object.</summary>
    public static async Task<(T? Body, ApiError? Error)> ReadAsync<T>(
        HttpRequest request, CancellationToken cancellationToken)
        where T : class
    {
        using var buffer = new MemoryStream();
        await request.Body.CopyToAsync(buffer, cancellationToken);
        var bytes = buffer.ToArray();
        if (bytes.Length > 0 && !request.HasJsonContentType())
        {
            return (null, ApiError.Invalid(null, "The content type must be application/json.", "unsupported_content_type"));
        }

        try
        {
            var body = JsonSerializer.Deserialize<T>(bytes.Length == 0 ? "{}"u8 : bytes, Strict);
            return body is null ? (null, Malformed("the body must be a JSON object")) : (body, null);
        }
        catch (JsonException exception)
        {
            return (null, Describe<T>(exception));
        }
    }

    private static ApiError Describe<T>(JsonException exception)
    {
        var param = exception.Path is { Length: > 2 } path && path.StartsWith("$.", StringComparison.Ordinal)
            ? path[2..Math.Min(path.Length, 80)]
            : null;
        if (param is null)
        {
            return Malformed("it must be a well-formed JSON object without duplicate names");
        }

        var known = string.Join("', '", Strict.GetTypeInfo(typeof(T)).Properties.Select(property => property.Name));
        return ApiError.Invalid(
            param,
            $"'{param}' is not known here, or its value is of the wrong type. The parameters are: '{known}'.",
            "invalid_parameter");
    }

    private static ApiError Malformed(string reason) =>
        ApiError.Invalid(null, $"We could not parse the JSON body of your request: {reason}.", "malformed_json");

    private static JsonSerializerOptions CreateOptions()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            PropertyNameCaseInsensitive = false,
            NumberHandling = JsonNumberHandling.Strict,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        };
        Extensions.ConfigureJson(options);
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
