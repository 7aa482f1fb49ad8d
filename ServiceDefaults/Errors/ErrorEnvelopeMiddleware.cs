using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Polly;

namespace Sora.ServiceDefaults.Errors;

/// <summary>
/// Puts OpenAI's envelope around whatever leaves without a body: unknown routes, wrong methods, refused requests, faults.
/// A fault is logged once, here; its text never reaches the caller.
/// </summary>
internal sealed partial class ErrorEnvelopeMiddleware(ILogger<ErrorEnvelopeMiddleware> logger) : IMiddleware
{
    private const int ClientClosedRequest = 499;

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException
            && context.RequestAborted.IsCancellationRequested)
        {
            if (!context.Response.HasStarted)
            {
                context.Response.StatusCode = ClientClosedRequest;
            }

            return;
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            Forget(context.Response);
            await FromException(exception, context.Request).ExecuteAsync(context);
            return;
        }

        var response = context.Response;
        if (response.StatusCode >= 400 && !response.HasStarted && response.ContentLength is null or 0
            && string.IsNullOrEmpty(response.ContentType))
        {
            await FromStatus(response.StatusCode, context.Request).ExecuteAsync(context);
        }
    }

    /// <summary>Takes back what the handler had said about a body that will not come.</summary>
    private static void Forget(HttpResponse response)
    {
        foreach (var header in (string[])
            ["Accept-Ranges", "Cache-Control", "Content-Disposition", "Content-Encoding", "Content-Length",
                "Content-Range", "Content-Type", "ETag", "Last-Modified"])
        {
            response.Headers.Remove(header);
        }
    }

    private ApiError FromException(Exception exception, HttpRequest request)
    {
        Activity.Current?.AddException(exception).SetTag("error.type", exception.GetType().FullName);
        switch (exception)
        {
            case BadHttpRequestException { InnerException: JsonException json }:
                return FromJson(json);
            case BadHttpRequestException bad:
                return FromStatus(bad.StatusCode, request);
            case NpgsqlException { IsTransient: true } or TimeoutException or ExecutionRejectedException
                or HttpRequestException:
                Log.DependencyFailed(logger, exception, request.Method, RecordedPath.Of(request.HttpContext));
                return ApiError.Unavailable("The service is temporarily unavailable. Please try again.");
            default:
                Log.Fault(logger, exception, request.Method, RecordedPath.Of(request.HttpContext));
                return FromStatus(StatusCodes.Status500InternalServerError, request);
        }
    }

    // The path says where, and is the client's own; the exception's text names our types.
    private static ApiError FromJson(JsonException json) => json.Path is ['$', '.', .. var field]
        ? ApiError.Invalid(field, $"Invalid '{field}': there is no such field, or its value has the wrong type.")
        : ApiError.Invalid(
            null,
            "We could not parse the JSON body of your request: it must be an object, without duplicate names.",
            "malformed_json");

    private static ApiError FromStatus(int status, HttpRequest request) => status switch
    {
        400 => ApiError.Invalid(null, "The request could not be read.", "malformed_request"),
        401 => new ApiError(401, ApiError.InvalidRequest, "invalid_api_key", null, "Authentication is required."),
        403 => new ApiError(403, ApiError.InvalidRequest, "forbidden", null, "You may not do this."),
        404 => ApiError.NotFound($"Unknown request URL: {request.Method} {request.Path}.", "unknown_url"),
        405 => new ApiError(405, ApiError.InvalidRequest, "method_not_allowed", null,
            $"Not allowed to {request.Method} on {request.Path}."),
        413 => new ApiError(413, ApiError.InvalidRequest, "request_too_large", null, "The request body is too large."),
        415 => new ApiError(415, ApiError.InvalidRequest, "unsupported_media_type", null,
            "The content type or encoding of the request is not supported."),
        429 => new ApiError(429, "requests", "rate_limit_exceeded", null, "Too many requests.")
        {
            RetryAfter = TimeSpan.FromSeconds(1),
        },
        502 or 503 or 504 => ApiError.Unavailable("The service is temporarily unavailable. Please try again."),
        >= 500 => new ApiError(status, "server_error", "internal_error", null,
            "The server had an error while processing your request."),
        _ => new ApiError(status, ApiError.InvalidRequest, null, null, "The request was refused."),
    };

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
        public static partial void Fault(ILogger logger, Exception exception, string method, string? path);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Method} {Path} could not be served: a dependency failed")]
        public static partial void DependencyFailed(ILogger logger, Exception exception, string method, string? path);
    }
}

/// <summary>Registers the envelope outside of everything else, routing and authentication included.</summary>
internal static class ErrorEnvelopeRegistration
{
    public static void AddErrorEnvelope(this IServiceCollection services)
    {
        services.AddSingleton<ErrorEnvelopeMiddleware>();
        services.AddSingleton<IStartupFilter, OutermostEnvelope>();
        services.Configure<Microsoft.AspNetCore.Routing.RouteHandlerOptions>(o => o.ThrowOnBadRequest = true);
    }

    private sealed class OutermostEnvelope : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.UseMiddleware<ErrorEnvelopeMiddleware>();
            next(app);
        };
    }
}
