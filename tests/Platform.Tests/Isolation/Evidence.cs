using System.Text;

namespace Sora.Platform.Tests.Isolation;

/// <summary>A file that something of a tenant's may have got into.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="Bytes">All of it.</param>
internal sealed record Evidence(string Name, byte[] Bytes)
{
    /// <summary>Reads a file that may still be written to.</summary>
    public static async Task<Evidence> ReadAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes, cancellationToken);
        return new Evidence(Path.GetFileName(path), bytes.ToArray());
    }

    public bool Holds(string word) => IndexOf(word) >= 0;

    /// <summary>Where a word stands, with what is around it; null where it does not.</summary>
    public string? Find(string word)
    {
        var start = Math.Max(0, IndexOf(word) - 200);
        return Holds(word) ? Encoding.UTF8.GetString(Bytes.AsSpan(start, Math.Min(400, Bytes.Length - start))) : null;
    }

    private int IndexOf(string word) => Bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(word));
}
