using System.Diagnostics.Metrics;

namespace Sora.WebhookService.Deliveries;

/// <summary>The figures of the deliveries: one method a fact.</summary>
internal sealed class DeliveryMetrics(Meter meter)
{
    private readonly Histogram<double> _attempts = meter.CreateHistogram<double>(
        "sora.webhook.attempt.duration", "s", "Requests to customers' endpoints, by outcome");

    private readonly Counter<long> _givenUp = meter.CreateCounter<long>(
        "sora.webhook.given_up", "{delivery}", "Deliveries whose last attempt failed");

    private readonly Counter<long> _disabled = meter.CreateCounter<long>(
        "sora.webhook.endpoints_disabled", "{endpoint}", "Endpoints that are not sent to any more, by reason");

    /// <summary>A request was answered, or not.</summary>
    public void Attempted(SendOutcome outcome, bool isGivenUp)
    {
        _attempts.Record(
            outcome.Duration.TotalSeconds, new KeyValuePair<string, object?>("sora.outcome", outcome.Error ?? "delivered"));
        if (isGivenUp)
        {
            _givenUp.Add(1);
        }
    }

    /// <summary>An endpoint was disabled without its owner's word.</summary>
    public void Disabled(string reason) => _disabled.Add(1, new KeyValuePair<string, object?>("sora.reason", reason));
}
