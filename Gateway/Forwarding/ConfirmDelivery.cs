using Polly;
using Sora.ServiceDefaults;
using Sora.ServiceDefaults.Identity;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Transforms;

namespace Sora.Gateway.Forwarding;

/// <summary>
/// Tells a service that its answer is delivered, where it asks for that with <see cref="DeliveryReceipt.Header"/>. Delivered
/// means that all of it was handed to a client's connection that was open until then; what happens to it behind that, nobody
/// here can know. The word is out before the next request of the same connection is read.
/// </summary>
/// <param name="route">The route that the request took.</param>
/// <param name="services">Calls the route's service.</param>
/// <param name="logger">Takes what could not be told.</param>
internal sealed partial class ConfirmDelivery(Route route, ServiceClients services, ILogger<ConfirmDelivery> logger)
    : ResponseTransform
{
    // The client's next request on this connection waits for it.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    public override ValueTask ApplyAsync(ResponseTransformContext context)
    {
        var http = context.HttpContext;
        if (http.Response.Headers.Remove(DeliveryReceipt.Header, out var receipt)
            && http.User.Identity is CallerIdentity identity)
        {
            http.Response.OnCompleted(() => IsDelivered(http)
                ? ConfirmAsync(receipt.ToString(), identity.Caller)
                : Task.CompletedTask);
        }

        return ValueTask.CompletedTask;
    }

    private static bool IsDelivered(HttpContext context) =>
        context.Features.Get<IForwarderErrorFeature>() is null && !context.RequestAborted.IsCancellationRequested;

    private async Task ConfirmAsync(string receipt, Caller caller)
    {
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            using var answer = await services.SendAsync(
                route.Service,
                () => new HttpRequestMessage(
                    HttpMethod.Post, new Uri($"/internal/creates/{Uri.EscapeDataString(receipt)}/delivered", UriKind.Relative))
                {
                    Content = JsonContent.Create(new { command_id = receipt }),
                },
                caller,
                limit.Token);
        }
        catch (Exception exception) when (exception is HttpRequestException or ExecutionRejectedException
            or OperationCanceledException)
        {
            Log.Untold(logger, exception, receipt);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Warning,
            Message = "The service does not hear that the answer about {Receipt} was delivered: a repetition gets it again")]
        public static partial void Untold(ILogger logger, Exception exception, string receipt);
    }
}
