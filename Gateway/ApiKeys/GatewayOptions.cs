using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.Extensions.Options;

namespace Sora.Gateway.ApiKeys;

/// <summary>Section <c>Gateway</c>.</summary>
public sealed class GatewayOptions
{
    /// <summary>
    /// Where the first start writes the first API key, readable by its owner only. Relative to the working
    /// directory; <c>first-api-key</c> unless set.
    /// </summary>
    [Required]
    public string FirstKeyFile { get; set; } = "first-api-key";

    /// <summary>
    /// Where the first start writes how the owner signs in, an e-mail address and a password on a line each, readable by
    /// its owner only. Relative to the working directory; <c>first-owner</c> beside the first key unless set.
    /// </summary>
    public string? FirstOwnerFile { get; set; }

    /// <summary>The e-mail address that the first owner signs in with. <c>owner@sora.local</c> unless set.</summary>
    [Required]
    [EmailAddress]
    [MaxLength(254)]
    public string FirstOwnerEmail { get; set; } = "owner@sora.local";

    /// <summary>How long the first project keeps finished clips, in days. 30 unless set.</summary>
    [Range(1, 3650)]
    public int FirstProjectRetentionDays { get; set; } = 30;

    /// <summary>
    /// Whether a proxy in front of the gateway speaks https to its clients. Without it, plain http is served on loopback
    /// only. False unless set.
    /// </summary>
    public bool BehindTlsProxy { get; set; }

    /// <summary>
    /// Networks in CIDR notation from which that proxy's <c>X-Forwarded-For</c> and <c>-Proto</c> are believed, beside
    /// loopback. None unless set.
    /// </summary>
    public IList<string> TrustedProxies { get; } = [];
}

/// <summary>Checks each value, and that the proxies' networks can be read.</summary>
internal sealed class GatewayOptionsValidator : IValidateOptions<GatewayOptions>
{
    public ValidateOptionsResult Validate(string? name, GatewayOptions options)
    {
        var values = new GatewayValuesValidator().Validate(name, options);
        var unreadable = options.TrustedProxies.Where(network => !IPNetwork.TryParse(network, out _)).ToList();
        return values.Failed || unreadable.Count == 0
            ? values
            : ValidateOptionsResult.Fail(
                $"Gateway:TrustedProxies must be like 10.0.0.0/8, not '{string.Join("', '", unreadable)}'");
    }
}

[OptionsValidator]
internal sealed partial class GatewayValuesValidator : IValidateOptions<GatewayOptions>;
