using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Sora.ServiceDefaults.Errors;

namespace Sora.Gateway.Requests;

/// <summary>
/// Refuses the forms of a request that Kestrel lets pass but another server in front of it might read
/// differently, which is how one request is smuggled inside another (RFC 9112, 6.3 and 11.2). The connection
/// is closed after such a one.
/// </summary>
internal sealed class StrictFraming(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (FindFault(request) is not { } fault)
        {
            // Nothing here changes protocols: the offer is ignored, as a server may (RFC 9110, 7.8).
            request.Headers.Remove("Upgrade");
            return next(context);
        }

        context.Response.Headers.Connection = "close";
        return ApiError.Invalid(null, fault, "malformed_request").ExecuteAsync(context);
    }

    private static string? FindFault(HttpRequest request)
    {
        var headers = request.Headers;
        var encoding = headers.TransferEncoding;
        var isChunked = encoding.Count > 0;
        if (isChunked && !IsPlainChunked(encoding))
        {
            return "Transfer-Encoding may only be 'chunked'.";
        }

        // Kestrel moves the length out of the way when it goes by the encoding.
        if (isChunked && (headers.ContentLength is not null || headers.ContainsKey("X-Content-Length")))
        {
            return "Content-Length and Transfer-Encoding exclude each other.";
        }

        if (isChunked && HttpProtocol.IsHttp10(request.Protocol))
        {
            return "HTTP/1.0 knows no Transfer-Encoding.";
        }

        if (HttpMethods.IsTrace(request.Method))
        {
            return "TRACE is not supported.";
        }

        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        {
            return isChunked || headers.ContentLength > 0 ? $"{request.Method} takes no body." : null;
        }

        // To Kestrel its body would be all that follows on the connection.
        return request.HttpContext.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
            ? $"{request.Method} cannot change protocols."
            : null;
    }

    private static bool IsPlainChunked(StringValues encoding) =>
        encoding is [{ } value] && value.Equals("chunked", StringComparison.OrdinalIgnoreCase);
}
