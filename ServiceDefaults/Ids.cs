using System.Security.Cryptography;

namespace Sora.ServiceDefaults;

/// <summary>Makes the platform's ids: a prefix that names the kind, then 48 lowercase hex digits.</summary>
public static class Ids
{
    /// <summary>
    /// The first eight digits are the Unix time in seconds, as in OpenAI's video ids; 160 bits are random.
    /// </summary>
    public static string New(string prefix, DateTimeOffset now)
    {
        return $"{prefix}_{now.ToUnixTimeSeconds():x8}{RandomNumberGenerator.GetHexString(40, lowercase: true)}";
    }
}
