using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using Sora.ServiceDefaults;

namespace Sora.Gateway.Requests;

/// <summary>
/// Gives each request its id and each answer the headers of OpenAI's: <c>x-request-id</c> everywhere,
/// <c>openai-version</c>, <c>openai-processing-ms</c> and <c>Cache-Control: no-store</c> under <c>/v1</c>.
/// </summary>
internal sealed class AnswerHeaders(RequestDelegate next, TimeProvider clock)
{
    private const string Version = "2020-10-01";

    public Task InvokeAsync(HttpContext context)
    {
        var received = clock.GetTimestamp();
        context.TraceIdentifier = Ids.New("req", clock.GetUtcNow());
        context.Features.Get<IHttpActivityFeature>()?.Activity.SetTag("sora.request.id", context.TraceIdentifier);

        // At the last moment: an answer that is begun anew loses the headers it had.
        context.Response.OnStarting(() =>
        {
            Complete(context, clock.GetElapsedTime(received));
            return Task.CompletedTask;
        });
        return next(context);
    }

    private static void Complete(HttpContext context, TimeSpan elapsed)
    {
        var headers = context.Response.Headers;
        headers["x-request-id"] = context.TraceIdentifier;
        if (context.Request.Path.StartsWithSegments("/v1", StringComparison.OrdinalIgnoreCase))
        {
            headers["openai-version"] = Version;
            headers["openai-processing-ms"] = ((long)elapsed.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
            if (headers.CacheControl.Count == 0)
            {
                headers.CacheControl = "no-store";
            }
        }
    }
}
