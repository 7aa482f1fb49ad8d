using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Sora.ServiceDefaults.Errors;

namespace Sora.VideoService.Requests;

/// <summary>
/// A multipart form as fields: names quoted or bare, headers in either order, boundary quoted or bare, as the node and
/// .NET SDKs send them. Text stays in memory, files go to a temporary file beyond 64 KiB.
/// </summary>
internal static class MultipartFields
{
    private const int InMemory = 64 * 1024;
    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    public static bool IsMultipart(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase);

    public static async Task<(RequestFields?, ApiError?)> ReadAsync(
        HttpRequest request, int largestFile, CancellationToken cancellationToken)
    {
        var boundary = HeaderUtilities.RemoveQuotes(MediaTypeHeaderValue.Parse(request.ContentType).Boundary).Value;
        if (string.IsNullOrEmpty(boundary) || boundary.Length > 128)
        {
            return (null, Malformed("its content type must name a boundary of at most 128 characters"));
        }

        var reader = new MultipartReader(boundary, request.Body)
        {
            HeadersCountLimit = RequestLimits.PartHeaders,
            HeadersLengthLimit = 8 * 1024,
            BodyLengthLimit = Math.Max(RequestLimits.Body, largestFile + 1),
        };
        var fields = new List<RequestField>();
        var keep = false;
        try
        {
            while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
            {
                if (fields.Count == RequestLimits.Parts)
                {
                    return (null, Malformed($"it has more than {RequestLimits.Parts} parts"));
                }

                if (await ReadFieldAsync(section, fields, largestFile, cancellationToken) is { } error)
                {
                    return (null, error);
                }
            }

            keep = true;
            return (new RequestFields(fields), null);
        }
        catch (Exception exception) when (exception is InvalidDataException or DecoderFallbackException
            || (exception is IOException and not BadHttpRequestException
                && !request.HttpContext.RequestAborted.IsCancellationRequested))
        {
            return (null, Malformed("it breaks the rules of RFC 7578 or ends too early"));
        }
        finally
        {
            if (!keep)
            {
                await new RequestFields(fields).DisposeAsync();
            }
        }
    }

    private static async Task<ApiError?> ReadFieldAsync(
        MultipartSection section, List<RequestField> fields, int largestFile, CancellationToken cancellationToken)
    {
        if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)
            || !disposition.DispositionType.Equals("form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(disposition.Name).Value is not { Length: > 0 and <= 200 } name)
        {
            return Malformed("each part needs 'Content-Disposition: form-data' with a name");
        }

        if (!disposition.FileName.HasValue && !disposition.FileNameStar.HasValue)
        {
            using var text = new StreamReader(section.Body, Utf8, detectEncodingFromByteOrderMarks: false);
            fields.Add(new RequestField(name, FieldKind.Text, await text.ReadToEndAsync(cancellationToken)));
            return null;
        }

        // Among the fields before it is read, so that it is disposed whatever happens.
        var file = new FileBufferingReadStream(section.Body, InMemory, bufferLimit: null, Path.GetTempPath);
        fields.Add(new RequestField(name, FieldKind.File, "", new UploadedFile(section.ContentType, file)));
        await file.DrainAsync(cancellationToken);
        return file.Length <= largestFile ? null : ApiError.Invalid(
            name, $"'{name}' is too large: at most {largestFile / 1024 / 1024} MiB are allowed.", "file_too_large");
    }

    private static ApiError Malformed(string reason) =>
        ApiError.Invalid(null, $"We could not parse the multipart body of your request: {reason}.", "malformed_multipart");
}
