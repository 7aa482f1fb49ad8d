using System.Security.Cryptography;
using System.Text;

namespace Sora.WebhookService.Signatures;

/// <summary>
/// The secret that sender and receiver of webhooks share. Written <c>whsec_</c> and base64, it is those
/// bytes. Without the prefix, OpenAI's SDKs take the text itself and the Standard Webhooks libraries its
/// base64: what the sender meant cannot be seen, so both readings verify.
/// </summary>
public sealed class WebhookSecret
{
    private const string Prefix = "whsec_";

    private readonly byte[][] _keys;

    /// <summary>Reads a secret.</summary>
    /// <exception cref="FormatException">It is empty, or not base64 after <c>whsec_</c>.</exception>
    public WebhookSecret(string text)
    {
        _keys = text.StartsWith(Prefix, StringComparison.Ordinal)
            ? [Convert.FromBase64String(text[Prefix.Length..])]
            : Readings(text);
        if (_keys[0].Length == 0)
        {
            throw new FormatException("A webhook secret must not be empty.");
        }
    }

    /// <summary>Signs as Standard Webhooks does: HMAC-SHA256 over <c>ID.TIMESTAMP.BODY</c>.</summary>
    /// <returns>The signature as it stands in the header, <c>v1,BASE64</c>.</returns>
    public string Sign(string id, string timestamp, ReadOnlySpan<byte> body) =>
        $"v1,{Convert.ToBase64String(Sign(_keys[0], id, timestamp, body))}";

    /// <summary>The signatures that this secret gives, in base64; one for each of its readings.</summary>
    internal IEnumerable<byte[]> Expect(string id, string timestamp, byte[] body) =>
        _keys.Select(key => Encoding.ASCII.GetBytes(Convert.ToBase64String(Sign(key, id, timestamp, body))));

    private static byte[] Sign(byte[] key, string id, string timestamp, ReadOnlySpan<byte> body)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hmac.AppendData(Encoding.UTF8.GetBytes($"{id}.{timestamp}."));
        hmac.AppendData(body);
        return hmac.GetHashAndReset();
    }

    private static byte[][] Readings(string text)
    {
        var raw = Encoding.UTF8.GetBytes(text);
        var decoded = new byte[text.Length];
        return Convert.TryFromBase64String(text, decoded, out var length) && length > 0
            ? [raw, decoded[..length]]
            : [raw];
    }
}
