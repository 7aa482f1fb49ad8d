using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Sora.StorageWorker.Shares;

/// <summary>The secret in a link: 256 random bits as base64url. Only its SHA-256 is kept.</summary>
internal static class ShareToken
{
    private const int Length = 43; // 32 bytes without padding

    /// <summary>A new one.</summary>
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>What is kept of it.</summary>
    public static byte[] Hash(string token) => SHA256.HashData(Encoding.ASCII.GetBytes(token));

    /// <summary>Whether it could be one at all.</summary>
    public static bool IsPlausible(string? token) => token is { Length: Length } && Base64Url.IsValid(token);
}
