using System.Security.Cryptography;
using System.Text;

namespace Sora.Simulator.Webhooks;

/// <summary>The signature of Standard Webhooks, version 1: HMAC-SHA256 over id, timestamp and body.</summary>
internal static class WebhookSignature
{
    private const string Prefix = "whsec_";

    /// <summary>True for <c>whsec_</c> and the base64 of 24 to 64 bytes.</summary>
    public static bool IsSecret(string? secret)
    {
        Span<byte> key = stackalloc byte[96];
        return secret is { Length: <= 100 }
            && secret.StartsWith(Prefix, StringComparison.Ordinal)
            && Convert.TryFromBase64String(secret[Prefix.Length..], key, out var length)
            && length is >= 24 and <= 64;
    }

    /// <summary>The value of <c>webhook-signature</c>.</summary>
    public static string Sign(string secret, string id, string timestamp, string body)
    {
        var key = Convert.FromBase64String(secret[Prefix.Length..]);
        var hash = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{id}.{timestamp}.{body}"));
        return $"v1,{Convert.ToBase64String(hash)}";
    }
}
