using Microsoft.Extensions.Options;
using Sora.WebhookService.Signatures;

namespace Sora.WebhookService.Inbound;

/// <summary>Section <c>Webhooks</c>: whose webhooks are taken.</summary>
public sealed class WebhookOptions
{
    /// <summary>
    /// The upstreams that send webhooks, by the name that stands in <c>/webhooks/NAME</c>. None unless set.
    /// </summary>
    public Dictionary<string, UpstreamWebhookOptions> Upstreams { get; } = [];
}

/// <summary>Section <c>Webhooks:Upstreams:NAME</c>.</summary>
public sealed class UpstreamWebhookOptions
{
    /// <summary>
    /// What the upstream signs with: <c>whsec_</c> and base64, or the text that it uses raw. At least one;
    /// two while the new one replaces the old.
    /// </summary>
    public string[] Secrets { get; set; } = [];
}

/// <summary>Refuses to start with an upstream that has no secret, or one that cannot be read.</summary>
internal sealed class WebhookOptionsValidator : IValidateOptions<WebhookOptions>
{
    public ValidateOptionsResult Validate(string? name, WebhookOptions options)
    {
        var faults = options.Upstreams
            .Where(upstream => upstream.Value.Secrets.Length == 0 || !upstream.Value.Secrets.All(IsSecret))
            .Select(upstream =>
                $"Webhooks:Upstreams:{upstream.Key}:Secrets must be one or more secrets, each 'whsec_' and base64 or raw.")
            .ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static bool IsSecret(string text)
    {
        try
        {
            return new WebhookSecret(text) is not null;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
