using Yarp.ReverseProxy.Transforms;

namespace Sora.Gateway.Forwarding;

/// <summary>
/// Hands event streams on by itself, as a stream has no end of its own: it ends cleanly when the gateway stops or the service
/// has gone, instead of holding up the one and breaking off with the other. Its client comes again.
/// </summary>
internal sealed class EventStreamCopy(IHostApplicationLifetime application) : ResponseTransform
{
    private const int BufferSize = 4 * 1024;

    public override async ValueTask ApplyAsync(ResponseTransformContext context)
    {
        if (context.ProxyResponse?.Content is not { Headers.ContentType.MediaType: "text/event-stream" } content)
        {
            return;
        }

        context.SuppressResponseBody = true;
        var http = context.HttpContext;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(
            http.RequestAborted, application.ApplicationStopping);
        try
        {
            await http.Response.StartAsync(end.Token);
            await using var events = await content.ReadAsStreamAsync(end.Token);
            await CopyAsync(events, http.Response.Body, end.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // What was sent so far is whole events, or the beginning of one that its client throws away.
        }
    }

    private static async Task CopyAsync(Stream events, Stream client, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferSize];
        while (await events.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            await client.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }
    }
}
