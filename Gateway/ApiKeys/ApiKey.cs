using System.Buffers;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace Sora.Gateway.ApiKeys;

/// <summary>
/// An API key as its owner holds it: <c>sora_live_</c>, 43 base62 characters (256 random bits), and 6 of a
/// checksum, so that a mistyped or invented key is turned away without a look-up and secret scanners know one
/// when they see it.
/// </summary>
internal sealed class ApiKey
{
    private const string Kind = "sora_live_";
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const int RandomLength = 43;
    private const int ChecksumLength = 6;
    private const int PrefixLength = 18;

    private static readonly SearchValues<char> Digits = SearchValues.Create(Alphabet);

    private ApiKey(string text)
    {
        Prefix = text[..PrefixLength];
        Digest = SHA256.HashData(Encoding.ASCII.GetBytes(text));
    }

    /// <summary>
    /// The part that may be seen, by which a key is found: <c>sora_live_</c> and eight characters.
    /// </summary>
    public string Prefix { get; }

    /// <summary>
    /// SHA-256 of the whole key, the only trace of it that is kept: 256 random bits need no slow hash.
    /// </summary>
    public byte[] Digest { get; }

    /// <summary>Makes a new key. Its text is given out this once.</summary>
    public static (ApiKey Key, string Text) Create()
    {
        var body = Kind + RandomNumberGenerator.GetString(Alphabet, RandomLength);
        var text = body + Checksum(body);
        return (new ApiKey(text), text);
    }

    /// <summary>Reads a key, or says null where the text cannot be one.</summary>
    public static ApiKey? Parse(string text)
    {
        var bodyLength = Kind.Length + RandomLength;
        return text.Length == bodyLength + ChecksumLength
            && text.StartsWith(Kind, StringComparison.Ordinal)
            && !text.AsSpan(Kind.Length).ContainsAnyExcept(Digits)
            && text.AsSpan(bodyLength).SequenceEqual(Checksum(text[..bodyLength]))
            ? new ApiKey(text)
            : null;
    }

    /// <summary>Safe for logs.</summary>
    public override string ToString() => $"{Prefix}…";

    /// <summary>CRC-32C, in base62 from the least significant digit on.</summary>
    private static string Checksum(string body)
    {
        var crc = uint.MaxValue;
        foreach (var character in body)
        {
            crc = BitOperations.Crc32C(crc, (byte)character);
        }

        return string.Create(ChecksumLength, ~crc, (digits, rest) =>
        {
            for (var i = 0; i < digits.Length; i++, rest /= (uint)Alphabet.Length)
            {
                digits[i] = Alphabet[(int)(rest % (uint)Alphabet.Length)];
            }
        });
    }
}
