using System.IO.Pipelines;
using Microsoft.Extensions.Options;
using Sora.StorageWorker.Objects;

namespace Sora.StorageWorker.Scrubbing;

/// <summary>Reads a stored file to its end, at a pace, and says whether it is what it was.</summary>
internal sealed class FileCheck(IObjectStore store, IOptions<ScrubOptions> options, TimeProvider clock)
{
    /// <summary>Null when every bit is as it was; else <c>gone</c>, <c>short</c>, <c>long</c> or <c>changed</c>.</summary>
    /// <exception cref="IOException">The store does not answer: nothing is known.</exception>
    public async Task<string?> FindRotAsync(FileClaim file, CancellationToken cancellationToken)
    {
        var key = ObjectKey.Parse(file.ObjectKey);
        await using var content = await store.OpenAsync(key, 0, file.Length, cancellationToken);
        if (content is null)
        {
            return "gone";
        }

        await using var hash = new PacedHash(options.Value.BytesPerSecond, clock);
        try
        {
            await content.CopyToAsync(PipeWriter.Create(hash, new StreamPipeWriterOptions(leaveOpen: true)), cancellationToken);
        }
        catch (EndOfStreamException)
        {
            return "short";
        }

        return hash.Sha256() != file.Sha256 ? "changed"
            : await GoesOnAsync(key, file.Length, cancellationToken) ? "long"
            : null;
    }

    private async Task<bool> GoesOnAsync(ObjectKey key, long end, CancellationToken cancellationToken)
    {
        try
        {
            await using var beyond = await store.OpenAsync(key, end, 1, cancellationToken);
            if (beyond is null)
            {
                return false;
            }

            await beyond.CopyToAsync(PipeWriter.Create(Stream.Null), cancellationToken);
            return true;
        }
        catch (IOException)
        {
            // A file that ends there says so by failing, each store in its way; it has just been read to that end.
            return false;
        }
    }
}
