using System.ClientModel;
using System.ClientModel.Primitives;
using System.Net.Http.Headers;

namespace Sora.Upstreams.OpenAIVideos;

/// <summary>Opens the bytes of a clip and sorts out answers that are none.</summary>
internal static class ContentOpening
{
    /// <summary>Waits for the headers and hands out the body unread.</summary>
    /// <exception cref="OperationCanceledException">The caller's token was cancelled.</exception>
    public static async Task<ContentOutcome> OpenAsync(
        Func<RequestOptions, Task<ClientResult>> call,
        TimeSpan timeout,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        PipelineResponse response;
        try
        {
            var result = await call(UpstreamCalls.Options(either.Token));
            response = result.GetRawResponse();
        }
        catch (Exception exception)
            when (UpstreamCalls.FaultOf(exception, deadline.Token, cancellationToken) is { } fault)
        {
            return new ContentOutcome.Unavailable(fault, null);
        }

        var outcome = Sort(response, timeout, clock);
        if (outcome is not ContentOutcome.Opened)
        {
            response.Dispose();
        }

        return outcome;
    }

    private static ContentOutcome Sort(PipelineResponse response, TimeSpan timeout, TimeProvider clock)
    {
        var status = response.Status;
        if (status != 200)
        {
            return status is 404 or 410
                ? new ContentOutcome.Missing(UpstreamFaults.Http(status))
                : new ContentOutcome.Unavailable(
                    new Answer(status, null, null, null).Reason, UpstreamCalls.RetryAfterOf(response, clock));
        }

        response.Headers.TryGetValue("Content-Type", out var contentType);
        if (IsJson(contentType))
        {
            return new ContentOutcome.Missing(UpstreamFaults.NotMedia);
        }

        return IsPage(contentType) || response.Headers.TryGetValue("Content-Encoding", out _)
            ? new ContentOutcome.Unavailable(UpstreamFaults.NotMedia, null)
            : new ContentOutcome.Opened(
                new ContentStream(response, timeout, clock), UpstreamCalls.LengthOf(response), contentType);
    }

    // An error that lost its status on the way through a proxy server: it says that there is no clip.
    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && type.MediaType is { } name
        && (name.EndsWith("/json", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith("+json", StringComparison.OrdinalIgnoreCase));

    // A page for people, from something between us and the upstream: it says nothing about the clip.
    private static bool IsPage(string? contentType) =>
        contentType?.StartsWith("text/", StringComparison.OrdinalIgnoreCase) == true;
}
