using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http.Features;
using Sora.ServiceDefaults.Errors;

namespace Sora.VideoService.Requests;

/// <summary>
/// The fields of a request in the one form that multipart and JSON share: a name, with brackets where it is nested
/// (<c>input_reference[image_url]</c>), and a value.
/// </summary>
public sealed class RequestFields(IReadOnlyList<RequestField> fields) : IAsyncDisposable
{
    /// <summary>
    /// Reads the body, bounded in every direction. The content type decides: JSON, or multipart as the official SDKs
    /// send it; anything else is the caller's mistake.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <param name="largestFile">The most bytes that an uploaded file may have.</param>
    public static async Task<(RequestFields? Fields, ApiError? Error)> ReadAsync(
        HttpRequest request, CancellationToken cancellationToken, int largestFile = RequestLimits.File)
    {
        if (request.HasJsonContentType())
        {
            // No file travels in JSON: a route for large files takes no larger JSON than others.
            if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            {
                limit.MaxRequestBodySize = RequestLimits.Body;
            }

            return await JsonFields.ReadAsync(request, cancellationToken);
        }

        return MultipartFields.IsMultipart(request)
            ? await MultipartFields.ReadAsync(request, largestFile, cancellationToken)
            : (null, ApiError.Invalid(
                null, "The content type must be multipart/form-data or application/json.", "unsupported_content_type"));
    }

    /// <summary>Every field with a value, in the order of the body.</summary>
    public IEnumerable<RequestField> Given => fields.Where(given => given.Kind is not FieldKind.Null);

    /// <summary>The fields with this name: none, one, or more when the caller repeated it.</summary>
    public IReadOnlyList<RequestField> All(string name) => [.. fields.Where(field => field.Name == name)];

    /// <summary>Whether any field lies inside the object of this name.</summary>
    public bool HasNested(string name) => fields.Any(field => field.Name.StartsWith($"{name}[", StringComparison.Ordinal));

    /// <summary>The only field with this name; an error when it is repeated; neither when it is not there.</summary>
    public bool TryGetOne(string name, out RequestField? field, [NotNullWhen(false)] out ApiError? error)
    {
        var all = All(name);
        field = all.Count == 1 && all[0].Kind is not FieldKind.Null ? all[0] : null;
        error = all.Count <= 1
            ? null
            : ApiError.Invalid(name, $"'{name}' was given {all.Count} times; give it once.", "duplicate_parameter");
        return error is null;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var field in fields)
        {
            if (field.File is { } file)
            {
                await file.Content.DisposeAsync();
            }
        }
    }
}

/// <summary>What a field holds.</summary>
public enum FieldKind
{
    Text,
    Number,
    Null,
    File,

    /// <summary>A JSON object or array with nothing inside.</summary>
    Empty,

    /// <summary>A JSON value of another kind, such as <c>true</c>.</summary>
    Other,
}

/// <summary>One field: its bracketed name and its value, as text or as a file.</summary>
public sealed record RequestField(string Name, FieldKind Kind, string Text, UploadedFile? File = null);

/// <summary>An uploaded file; its declared type is a claim that the reader of the bytes has to check.</summary>
public sealed record UploadedFile(string? ContentType, Stream Content);

/// <summary>The limits of a request body.</summary>
internal static class RequestLimits
{
    /// <summary>A whole body: a 20 MiB image as a data URL, and the rest.</summary>
    public const int Body = 28 * 1024 * 1024;

    /// <summary>An uploaded image.</summary>
    public const int File = 20 * 1024 * 1024;

    /// <summary>An uploaded video.</summary>
    public const int Video = 64 * 1024 * 1024;

    /// <summary>A whole body with a video in it.</summary>
    public const int VideoBody = Video + (1024 * 1024);

    /// <summary>Parts of a multipart form.</summary>
    public const int Parts = 32;

    /// <summary>Values in a JSON object, nested ones included.</summary>
    public const int Values = 1000;

    /// <summary>Headers of one part.</summary>
    public const int PartHeaders = 8;
}
