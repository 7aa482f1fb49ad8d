using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Sora.ServiceDefaults.Identity;

namespace Sora.Gateway.Oidc;

/// <summary>
/// Seals what a sign-in has to remember while the browser is with the identity provider: AES-GCM with a key derived from
/// the installation's secret, so that any gateway can go on where another began and no key ring is kept.
/// </summary>
internal sealed class SealedState(IOptions<InternalIdentityOptions> identity) : ISecureDataFormat<AuthenticationProperties>
{
    private const int NonceLength = 12;
    private const int TagLength = 16;

    private readonly byte[] _key = HKDF.DeriveKey(
        HashAlgorithmName.SHA256, Convert.FromBase64String(identity.Value.Secret), 32, info: "sora oidc state"u8.ToArray());

    public string Protect(AuthenticationProperties data) => Protect(data, null);

    public string Protect(AuthenticationProperties data, string? purpose)
    {
        var plain = PropertiesSerializer.Default.Serialize(data);
        var message = new byte[NonceLength + plain.Length + TagLength];
        var nonce = message.AsSpan(0, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(_key, TagLength);
        aes.Encrypt(
            nonce, plain, message.AsSpan(NonceLength, plain.Length), message.AsSpan(^TagLength..), Purpose(purpose));
        return Base64Url.EncodeToString(message);
    }

    public AuthenticationProperties? Unprotect(string? protectedText) => Unprotect(protectedText, null);

    public AuthenticationProperties? Unprotect(string? protectedText, string? purpose)
    {
        if (protectedText is null || !Base64Url.IsValid(protectedText, out var length) || length < NonceLength + TagLength)
        {
            return null;
        }

        var message = Base64Url.DecodeFromChars(protectedText);
        var plain = new byte[message.Length - NonceLength - TagLength];
        using var aes = new AesGcm(_key, TagLength);
        try
        {
            aes.Decrypt(
                message.AsSpan(0, NonceLength), message.AsSpan(NonceLength, plain.Length), message.AsSpan(^TagLength..),
                plain, Purpose(purpose));
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }

        return PropertiesSerializer.Default.Deserialize(plain);
    }

    private static byte[] Purpose(string? purpose) => Encoding.UTF8.GetBytes(purpose ?? "");
}
