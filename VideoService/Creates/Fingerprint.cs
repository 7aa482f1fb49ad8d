using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Sora.VideoService.Requests;

namespace Sora.VideoService.Creates;

/// <summary>
/// Two requests ask for the same when their fingerprints are equal: SHA-256 over path, fields and the files' own hashes.
/// Parsed values, not bytes: an SDK that repeats a form gives it another boundary.
/// </summary>
public static class Fingerprint
{
    /// <summary>32 bytes. Fields that are null count as left out; files are read to their end and rewound.</summary>
    public static async Task<byte[]> OfAsync(string? path, RequestFields fields, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, Encoding.UTF8.GetBytes(path ?? ""));
        foreach (var field in fields.Given.OrderBy(field => field.Name, StringComparer.Ordinal))
        {
            Append(hash, Encoding.UTF8.GetBytes(field.Name));
            Append(hash, field.File is not null ? "file"u8 : "text"u8);
            Append(hash, field.File is null
                ? Encoding.UTF8.GetBytes(field.Text)
                : await HashAsync(field.File.Content, cancellationToken));
        }

        return hash.GetHashAndReset();
    }

    private static async Task<byte[]> HashAsync(Stream file, CancellationToken cancellationToken)
    {
        file.Position = 0;
        var hash = await SHA256.HashDataAsync(file, cancellationToken);
        file.Position = 0;
        return hash;
    }

    /// <summary>With its length in front, so that no value can pass for two.</summary>
    private static void Append(IncrementalHash hash, ReadOnlySpan<byte> value)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, value.Length);
        hash.AppendData(length);
        hash.AppendData(value);
    }
}
