using System.Collections.Frozen;
using Microsoft.Extensions.Options;
using Sora.WebhookService.Signatures;

namespace Sora.WebhookService.Inbound;

/// <summary>Knows what each upstream signs with.</summary>
internal sealed class UpstreamSignatures(IOptions<WebhookOptions> options, TimeProvider clock)
{
    private readonly FrozenDictionary<string, WebhookSecret[]> _secrets = options.Value.Upstreams.ToFrozenDictionary(
        upstream => upstream.Key,
        upstream => upstream.Value.Secrets.Select(text => new WebhookSecret(text)).ToArray(),
        StringComparer.Ordinal);

    /// <summary>Whether webhooks of this upstream are taken at all.</summary>
    public bool Knows(string upstream) => _secrets.ContainsKey(upstream);

    /// <summary>Says why a webhook is not the upstream's, or null when it is.</summary>
    public SignatureFault? FindFault(string upstream, IHeaderDictionary headers, byte[] body) =>
        StandardWebhooks.FindFault(headers, body, _secrets[upstream], clock.GetUtcNow());
}
