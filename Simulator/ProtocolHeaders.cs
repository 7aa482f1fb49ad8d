using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;

namespace Sora.Simulator;

/// <summary>The headers that OpenAI puts on every answer.</summary>
internal sealed class ProtocolHeaders(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var started = Stopwatch.GetTimestamp();
        context.Response.OnStarting(() =>
        {
            var headers = context.Response.Headers;
            headers["x-request-id"] = $"req_{RandomNumberGenerator.GetHexString(32, lowercase: true)}";
            headers["openai-version"] = "2020-10-01";
            headers["openai-processing-ms"] =
                Stopwatch.GetElapsedTime(started).TotalMilliseconds.ToString("F0", CultureInfo.InvariantCulture);
            return Task.CompletedTask;
        });
        return next(context);
    }
}
