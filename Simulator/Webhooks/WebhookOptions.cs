using System.ComponentModel.DataAnnotations;

namespace Sora.Simulator.Webhooks;

/// <summary>Where events go and how they are signed; section <c>Simulator:Webhooks</c>.</summary>
internal sealed class WebhookOptions : IValidatableObject
{
    /// <summary>The receiver; null sends nothing.</summary>
    public Uri? Url { get; set; }

    /// <summary><c>whsec_</c> and the base64 of 24 to 64 bytes; required with a URL.</summary>
    public string? Secret { get; set; }

    /// <summary>How long one attempt may take, 100 milliseconds to 1 minute.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The wait before the second attempt, 10 milliseconds to 1 minute; it doubles each time.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:01:00")]
    public TimeSpan FirstRetry { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How many attempts one event gets, 1 to 20.</summary>
    [Range(1, 20)]
    public int Attempts { get; set; } = 5;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Url is { IsAbsoluteUri: false } or { Scheme: not ("http" or "https") })
        {
            yield return new ValidationResult("Webhooks:Url must be an absolute http or https URL.", [nameof(Url)]);
        }

        if (Url is not null && !WebhookSignature.IsSecret(Secret))
        {
            yield return new ValidationResult(
                "Webhooks:Secret must be 'whsec_' and the base64 of 24 to 64 bytes when Webhooks:Url is set.",
                [nameof(Secret)]);
        }
    }
}
