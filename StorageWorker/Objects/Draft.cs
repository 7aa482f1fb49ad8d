using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Sora.StorageWorker.Objects;

/// <summary>
/// A temporary file on its way into the store. It is hashed while it is filled, and deleted when it is
/// disposed unless a store has moved it to its final place.
/// </summary>
/// <param name="path">The file, which nobody else writes.</param>
/// <param name="handle">The file, open for reading and writing.</param>
public sealed class Draft(string path, SafeFileHandle handle) : IDisposable
{
    private const int BufferSize = 256 * 1024;

    private bool _moved;

    /// <summary>
    /// Where the bytes can be read now: the temporary file, or the final one after a store has moved it.
    /// </summary>
    public string Path { get; private set; } = path;

    /// <summary>The open file.</summary>
    public SafeFileHandle Handle => handle;

    /// <summary>How many bytes it was filled with.</summary>
    public long Length { get; private set; }

    /// <summary>SHA-256 of the bytes it was filled with, lowercase hex.</summary>
    public string Sha256 { get; private set; } = "";

    /// <summary>Fills it, once, with everything that comes from the source.</summary>
    /// <param name="source">Where the bytes come from.</param>
    /// <param name="limit">The most bytes it may hold.</param>
    /// <param name="cancellationToken">Ends the copy.</param>
    /// <returns>False when more came than the limit allows.</returns>
    /// <exception cref="IOException">The source broke off, or the disk is full or broken.</exception>
    public async Task<bool> FillAsync(Stream source, long limit, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int read;
            while ((read = await source.ReadAsync(buffer, cancellationToken)) > 0)
            {
                if (Length + read > limit)
                {
                    return false;
                }

                var bytes = buffer.AsMemory(0, read);
                hash.AppendData(bytes.Span);
                await RandomAccess.WriteAsync(handle, bytes, Length, cancellationToken);
                Length += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        Sha256 = Convert.ToHexStringLower(hash.GetCurrentHash());
        return true;
    }

    /// <summary>Gives the file its final name, in the place of what has it now.</summary>
    /// <exception cref="IOException">It could not be renamed and is still a draft.</exception>
    public void MoveTo(string destination)
    {
        File.Move(Path, destination, overwrite: true);
        Path = destination;
        _moved = true;
    }

    /// <summary>Closes the file, and deletes it while it is a draft.</summary>
    public void Dispose()
    {
        handle.Dispose();
        if (!_moved)
        {
            File.Delete(Path);
        }
    }
}
