using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Net.Http.Headers;

namespace Sora.StorageWorker.Clips;

/// <summary>Which part of a file a request asks for (RFC 9110, 13 and 14).</summary>
/// <param name="Offset">The first byte.</param>
/// <param name="Length">How many bytes.</param>
/// <param name="IsPart">Whether the answer is 206 and not 200.</param>
internal readonly record struct ContentRange(long Offset, long Length, bool IsPart)
{
    /// <summary>
    /// The part, or null when the range lies beyond the end (416). Whatever is not one plain range of bytes
    /// is answered with the whole file, as the standard allows: several ranges would cost more than the file.
    /// </summary>
    /// <param name="headers">The request's headers.</param>
    /// <param name="length">The file's length, at least one byte.</param>
    /// <param name="etag">The file's strong tag.</param>
    /// <param name="lastModified">When it was stored, in whole seconds.</param>
    public static ContentRange? Resolve(
        RequestHeaders headers, long length, EntityTagHeaderValue etag, DateTimeOffset lastModified)
    {
        var whole = new ContentRange(0, length, false);
        var text = headers.Headers.Range;
        if (text.Count != 1
            || text[0]!.Contains(',', StringComparison.Ordinal)
            || !RangeHeaderValue.TryParse(text[0], out var parsed)
            || !parsed.Unit.Equals("bytes", StringComparison.OrdinalIgnoreCase)
            || !IsOfThisFile(headers, etag, lastModified))
        {
            return whole;
        }

        var range = parsed.Ranges.Single();
        return range.From is { } from
            ? FromOffset(from, range.To, length)
            : FromEnd(range.To ?? 0, length);
    }

    /// <summary>Whether the caller already has this file (304).</summary>
    /// <inheritdoc cref="Resolve"/>
    public static bool IsUnchanged(RequestHeaders headers, EntityTagHeaderValue etag, DateTimeOffset lastModified) =>
        headers.IfNoneMatch.Count > 0
            ? headers.IfNoneMatch.Any(tag =>
                tag == EntityTagHeaderValue.Any || tag.Compare(etag, useStrongComparison: false))
            : headers.IfModifiedSince >= lastModified;

    private static bool IsOfThisFile(
        RequestHeaders headers, EntityTagHeaderValue etag, DateTimeOffset lastModified)
    {
        if (headers.Headers.IfRange.Count == 0)
        {
            return true;
        }

        return headers.IfRange is { } condition
            && (condition.EntityTag?.Compare(etag, useStrongComparison: true)
                ?? condition.LastModified == lastModified);
    }

    private static ContentRange? FromOffset(long from, long? to, long length) => from < length
        ? new ContentRange(from, Math.Min(to ?? length - 1, length - 1) - from + 1, true)
        : null;

    private static ContentRange? FromEnd(long count, long length) => count > 0
        ? new ContentRange(length - Math.Min(count, length), Math.Min(count, length), true)
        : null;
}
