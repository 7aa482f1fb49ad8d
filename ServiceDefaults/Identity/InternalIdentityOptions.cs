using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Sora.ServiceDefaults.Identity;

/// <summary>Section <c>InternalIdentity</c>: the secret that the services of one installation share.</summary>
public sealed class InternalIdentityOptions
{
    /// <summary>Base64 of at least 256 random bits; it signs the tokens between gateway and services.</summary>
    [Required]
    public string Secret { get; set; } = "";

    internal byte[] Key => Convert.FromBase64String(Secret);
}

/// <summary>Refuses to start with a secret that is missing, unreadable or too short.</summary>
internal sealed class InternalIdentityOptionsValidator : IValidateOptions<InternalIdentityOptions>
{
    private const int MinimumBytes = 32;

    public ValidateOptionsResult Validate(string? name, InternalIdentityOptions options)
    {
        var bytes = new byte[options.Secret.Length];
        return Convert.TryFromBase64String(options.Secret, bytes, out var length) && length >= MinimumBytes
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"InternalIdentity:Secret must be base64 of at least {MinimumBytes} bytes: openssl rand -base64 32");
    }
}
