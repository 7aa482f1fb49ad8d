using System.Diagnostics;

namespace Sora.WebhookService.Deliveries;

/// <summary>One attempt of one delivery, under the trace of what happened: send, then write down what came of it.</summary>
internal sealed partial class DeliverEvent(
    WebhookSender sender, RecordAttempt record, ActivitySource activities, ILogger<DeliverEvent> logger)
{
    /// <exception cref="OperationCanceledException">The process cannot wait any longer; the delivery comes back.</exception>
    public async Task RunAsync(DeliveryClaim claim, CancellationToken cancellationToken)
    {
        _ = ActivityContext.TryParse(claim.Traceparent, null, isRemote: true, out var parent);
        using var span = activities.StartActivity($"deliver {claim.Type}", ActivityKind.Producer, parent);
        span?.SetTag("sora.webhook.id", claim.Id)
            .SetTag("sora.webhook.endpoint", claim.EndpointId)
            .SetTag("sora.attempt", claim.Attempt);
        var outcome = await sender.SendAsync(claim.Webhook, cancellationToken);
        span?.SetTag("http.response.status_code", outcome.StatusCode).SetTag("error.type", outcome.Error);
        if (!outcome.IsSuccess)
        {
            span?.SetStatus(ActivityStatusCode.Error, outcome.Error);
            Log.Failed(logger, claim.Id, claim.EndpointId, claim.Attempt, outcome.Error!, outcome.StatusCode);
        }

        await record.RecordAsync(claim, outcome, cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Information,
            Message = "Delivery {Id} to {EndpointId}, attempt {Attempt}: {Error}, status {StatusCode}")]
        public static partial void Failed(
            ILogger logger, string id, string endpointId, int attempt, string error, int? statusCode);
    }
}
