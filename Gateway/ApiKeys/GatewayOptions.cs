using System.ComponentModel.DataAnnotations;
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
    /// its owner only. Relative to the working directory; <c>first-owner</c> unless set.
    /// </summary>
    [Required]
    public string FirstOwnerFile { get; set; } = "first-owner";

    /// <summary>The e-mail address that the first owner signs in with. <c>owner@sora.local</c> unless set.</summary>
    [Required]
    [EmailAddress]
    [MaxLength(254)]
    public string FirstOwnerEmail { get; set; } = "owner@sora.local";

    /// <summary>How long the first project keeps finished clips, in days. 30 unless set.</summary>
    [Range(1, 3650)]
    public int FirstProjectRetentionDays { get; set; } = 30;
}

[OptionsValidator]
internal sealed partial class GatewayOptionsValidator : IValidateOptions<GatewayOptions>;
