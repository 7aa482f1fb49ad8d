using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Sora.WebhookService.Endpoints;

/// <summary>
/// Seals signing secrets for the database (AES-256-GCM, NIST SP 800-38D) and opens them to sign. A sealed secret is
/// bound to its endpoint: copied into another row it does not open. The first bytes name the key.
/// </summary>
internal sealed class SecretVault(IOptions<EndpointOptions> options)
{
    private const int KeyBytes = 32;
    private const int NameBytes = 4;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int HeaderBytes = NameBytes + NonceBytes + TagBytes;

    private readonly (byte[] Name, byte[] Key)[] _keys =
        [.. options.Value.Keys.Select(Derive)];

    /// <summary>Key name, nonce, tag and cipher text.</summary>
    public byte[] Seal(string endpointId, string secret)
    {
        var plain = Encoding.UTF8.GetBytes(secret);
        var all = new byte[HeaderBytes + plain.Length];
        _keys[0].Name.CopyTo(all, 0);
        var nonce = all.AsSpan(NameBytes, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(_keys[0].Key, TagBytes);
        cipher.Encrypt(
            nonce,
            plain,
            all.AsSpan(HeaderBytes),
            all.AsSpan(NameBytes + NonceBytes, TagBytes),
            Encoding.UTF8.GetBytes(endpointId));
        return all;
    }

    /// <exception cref="CryptographicException">
    /// It was sealed for another endpoint, changed since, or with a key that is not configured any more.
    /// </exception>
    public string Open(string endpointId, ReadOnlySpan<byte> all)
    {
        foreach (var (name, key) in _keys)
        {
            if (!all.StartsWith(name))
            {
                continue;
            }

            var plain = new byte[all.Length - HeaderBytes];
            using var cipher = new AesGcm(key, TagBytes);
            cipher.Decrypt(
                all.Slice(NameBytes, NonceBytes),
                all[HeaderBytes..],
                all.Slice(NameBytes + NonceBytes, TagBytes),
                plain,
                Encoding.UTF8.GetBytes(endpointId));
            return Encoding.UTF8.GetString(plain);
        }

        throw new CryptographicException("Endpoints:SealingKeys does not hold the key that a secret was sealed with.");
    }

    // What was configured may be longer than a key, and its name must not tell of it (RFC 5869).
    private static (byte[] Name, byte[] Key) Derive(byte[] material)
    {
        var key = HKDF.DeriveKey(HashAlgorithmName.SHA256, material, KeyBytes, info: "webhook secrets"u8.ToArray());
        return (SHA256.HashData(key)[..NameBytes], key);
    }
}
