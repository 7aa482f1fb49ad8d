using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Sora.WebhookService.Endpoints;

/// <summary>Section <c>Endpoints</c>: the customers' webhook endpoints.</summary>
public sealed class EndpointOptions
{
    /// <summary>
    /// The keys that signing secrets are sealed with in the database, each base64 of at least 32 random bytes. The
    /// first seals; the others still open what they sealed. At least one.
    /// </summary>
    public string[] SealingKeys { get; set; } = [];

    /// <summary>How many endpoints a project may have. 1 to 1000, 50 unless set.</summary>
    [Range(1, 1000)]
    public int MaxPerProject { get; set; } = 50;

    internal IReadOnlyList<byte[]> Keys => [.. SealingKeys.Select(Convert.FromBase64String)];
}

/// <summary>The ranges that the attributes say.</summary>
[OptionsValidator]
internal sealed partial class EndpointOptionsValidator : IValidateOptions<EndpointOptions>;

/// <summary>Refuses to start without a key, or with one that is too short to be random.</summary>
internal sealed class SealingKeysValidator : IValidateOptions<EndpointOptions>
{
    private const int MinimumBytes = 32;

    public ValidateOptionsResult Validate(string? name, EndpointOptions options) =>
        options.SealingKeys.Length > 0 && options.SealingKeys.All(IsKey)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"Endpoints:SealingKeys must be one or more keys, each base64 of at least {MinimumBytes} bytes: "
                + $"openssl rand -base64 {MinimumBytes}");

    private static bool IsKey(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) && length >= MinimumBytes;
    }
}
