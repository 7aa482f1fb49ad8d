using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Sora.ServiceDefaults.Errors;

/// <summary>
/// An answer in OpenAI's error envelope: <c>{"error":{"message","type","param","code"}}</c>. It is a result, so that a
/// handler returns the caller's mistake instead of throwing it.
/// </summary>
/// <param name="Status">HTTP status code.</param>
/// <param name="Type">OpenAI's error family, for example <c>invalid_request_error</c>.</param>
/// <param name="Code">Machine-readable reason, or null.</param>
/// <param name="Param">The field that is wrong, or null.</param>
/// <param name="Message">What is wrong and what is allowed, for a person.</param>
public sealed record ApiError(int Status, string Type, string? Code, string? Param, string Message) : IResult
{
    public const string InvalidRequest = "invalid_request_error";

    /// <summary>Sent as <c>Retry-After</c> in whole seconds and as <c>retry-after-ms</c>.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Sent as <c>x-should-retry</c>, which overrides the SDKs' own judgement.</summary>
    public bool? ShouldRetry { get; init; }

    /// <summary>400: the field holds a value that is not allowed; the message names the allowed ones.</summary>
    public static ApiError Invalid(string? param, string message, string code = "invalid_value") =>
        new(StatusCodes.Status400BadRequest, InvalidRequest, code, param, message);

    /// <summary>400: a required field is not there.</summary>
    public static ApiError Missing(string param) =>
        Invalid(param, $"Missing required parameter: '{param}'.", "missing_required_parameter");

    /// <summary>404: there is no such thing, or it belongs to somebody else.</summary>
    public static ApiError NotFound(string message, string code = "not_found", string? param = null) =>
        new(StatusCodes.Status404NotFound, InvalidRequest, code, param, message);

    /// <summary>503: try again later; nothing was done.</summary>
    public static ApiError Unavailable(string message, string code = "service_unavailable", int retryAfterSeconds = 2) =>
        new(StatusCodes.Status503ServiceUnavailable, "server_error", code, null, message)
        {
            RetryAfter = TimeSpan.FromSeconds(retryAfterSeconds),
        };

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;
        if (RetryAfter is { } delay)
        {
            var seconds = Math.Max(1, (int)Math.Ceiling(delay.TotalSeconds));
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            response.Headers["retry-after-ms"] = (seconds * 1000).ToString(CultureInfo.InvariantCulture);
        }

        if (ShouldRetry is { } retry)
        {
            response.Headers["x-should-retry"] = retry ? "true" : "false";
        }

        var envelope = new ErrorEnvelope(new ErrorBody(Message, Type, Param, Code));
        return response.WriteAsJsonAsync(envelope, httpContext.RequestAborted);
    }
}

/// <summary>The outer object of every error answer.</summary>
public sealed record ErrorEnvelope(ErrorBody Error);

/// <summary>The four members that official OpenAI SDKs read.</summary>
public sealed record ErrorBody(string Message, string Type, string? Param, string? Code);
