using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Sora.ServiceDefaults.Errors;

namespace Sora.Gateway.Requests;

/// <summary>
/// Refuses a body that is compressed or announced as larger than its route takes, before a byte of it is
/// read. One that grows beyond the limit unannounced is cut off by Kestrel, to which YARP hands the route's
/// limit.
/// </summary>
internal sealed class BodyLimits(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        var maximum = context.GetEndpoint()?.Metadata.GetMetadata<Route>()?.MaximumBody;
        if (request.ContentLength > maximum)
        {
            // The answer comes first; then Kestrel takes what the client sends for five seconds at most,
            // without which a client in the middle of sending would see a broken connection instead.
            context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = null;
            return new ApiError(
                StatusCodes.Status413PayloadTooLarge, ApiError.InvalidRequest, "request_too_large", null,
                $"The request body is too large: {request.ContentLength} bytes, where at most {maximum} are accepted.")
                .ExecuteAsync(context);
        }

        // A few compressed bytes can hide gigabytes.
        if (!StringValues.IsNullOrEmpty(request.Headers.ContentEncoding))
        {
            return new ApiError(
                StatusCodes.Status415UnsupportedMediaType, ApiError.InvalidRequest, "unsupported_media_type", null,
                "Compressed request bodies are not supported: send no Content-Encoding.")
                .ExecuteAsync(context);
        }

        return next(context);
    }
}
