using System.Globalization;
using Microsoft.Net.Http.Headers;
using Sora.ServiceDefaults.Errors;
using Sora.StorageWorker.Objects;

namespace Sora.StorageWorker.Clips;

/// <summary>
/// A stored file as an HTTP answer: 200, or 206, 304 and 416 when the request asks for them.
/// </summary>
/// <param name="File">The file.</param>
/// <param name="FileName">The name that a browser saves it under.</param>
/// <param name="Store">Where its bytes lie.</param>
/// <param name="Logger">Hears of bytes that are gone.</param>
internal sealed partial record ContentAnswer(
    ContentFile File, string FileName, IObjectStore Store, ILogger Logger) : IResult
{
    /// <summary>
    /// Whether it goes to somebody without a key, by a link: shown in the browser, kept by no cache, able to do nothing
    /// there.
    /// </summary>
    public bool IsShared { get; init; }

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var headers = httpContext.Request.GetTypedHeaders();
        var response = httpContext.Response;
        var etag = new EntityTagHeaderValue($"\"{File.Sha256}\"");
        var lastModified = DateTimeOffset.FromUnixTimeSeconds(File.StoredAt.ToUnixTimeSeconds());
        if (ContentRange.IsUnchanged(headers, etag, lastModified))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            WriteValidators(response, etag, lastModified);
        }
        else if (ContentRange.Resolve(headers, File.Length, etag, lastModified) is { } range)
        {
            await SendAsync(httpContext, range, etag, lastModified);
        }
        else
        {
            response.Headers.ContentRange = $"bytes */{File.Length}";
            await new ApiError(StatusCodes.Status416RangeNotSatisfiable, ApiError.InvalidRequest,
                "range_not_satisfiable", null, $"The range lies beyond the file's {File.Length} bytes.")
                .ExecuteAsync(httpContext);
        }
    }

    private async Task SendAsync(
        HttpContext context, ContentRange range, EntityTagHeaderValue etag, DateTimeOffset lastModified)
    {
        var key = ObjectKey.Parse(File.ObjectKey);
        await using var content = await Store.OpenAsync(key, range.Offset, range.Length, context.RequestAborted);
        if (content is null)
        {
            Log.Gone(Logger, File.ObjectKey);
            await new ApiError(StatusCodes.Status410Gone, ApiError.InvalidRequest, "asset_lost", null,
                "The file was stored, but is no longer there.").ExecuteAsync(context);
            return;
        }

        WriteValidators(context.Response, etag, lastModified);
        WriteHeaders(context.Response, range);
        await content.CopyToAsync(context.Response.BodyWriter, context.RequestAborted);
    }

    private void WriteValidators(HttpResponse response, EntityTagHeaderValue etag, DateTimeOffset lastModified)
    {
        response.Headers.ETag = etag.ToString();
        response.Headers.LastModified = HeaderUtilities.FormatDate(lastModified);
        response.Headers.CacheControl = IsShared ? "private, no-store" : "private";
    }

    private void WriteHeaders(HttpResponse response, ContentRange range)
    {
        response.ContentType = File.ContentType;
        response.ContentLength = range.Length;
        response.Headers.AcceptRanges = "bytes";
        response.Headers.ContentDisposition = $"{(IsShared ? "inline" : "attachment")}; filename=\"{FileName}\"";
        response.Headers.XContentTypeOptions = "nosniff";
        if (IsShared)
        {
            response.Headers.ContentSecurityPolicy =
                "default-src 'none'; media-src 'self'; img-src 'self'; style-src 'unsafe-inline'; "
                + "frame-ancestors 'none'; sandbox";
            response.Headers["Referrer-Policy"] = "no-referrer";
            response.Headers["X-Robots-Tag"] = "noindex";
        }

        if (range.IsPart)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = string.Create(
                CultureInfo.InvariantCulture,
                $"bytes {range.Offset}-{range.Offset + range.Length - 1}/{File.Length}");
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "{Key} is gone from the object store")]
        public static partial void Gone(ILogger logger, string key);
    }
}

/// <summary>What a file's row says.</summary>
internal sealed record ContentFile(
    string ObjectKey, string ContentType, long Length, string Sha256, DateTimeOffset StoredAt);
