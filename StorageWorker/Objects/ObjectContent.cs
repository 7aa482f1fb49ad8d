using System.IO.Pipelines;

namespace Sora.StorageWorker.Objects;

/// <summary>A part of an object, open for reading once.</summary>
public abstract class ObjectContent : IAsyncDisposable
{
    /// <summary>Memory asked of a pipe at once; larger brings nothing, smaller costs more calls.</summary>
    protected const int BufferSize = 256 * 1024;

    /// <summary>Copies all of it; returns early when the reader has gone.</summary>
    /// <exception cref="IOException">The object is shorter than asked for, or cannot be read.</exception>
    public abstract Task CopyToAsync(PipeWriter destination, CancellationToken cancellationToken);

    /// <summary>Closes it.</summary>
    public abstract ValueTask DisposeAsync();

    /// <summary>
    /// Fills the pipe by <paramref name="readAsync"/> until <paramref name="length"/> bytes have passed.
    /// </summary>
    /// <param name="readAsync">
    /// Reads into the memory, given how many bytes came before; 0 means the end.
    /// </param>
    /// <param name="length">How many bytes have to come.</param>
    /// <param name="destination">Where they go.</param>
    /// <param name="cancellationToken">Ends the copy.</param>
    protected static async Task CopyAsync(
        Func<Memory<byte>, long, CancellationToken, ValueTask<int>> readAsync,
        long length,
        PipeWriter destination,
        CancellationToken cancellationToken)
    {
        for (long copied = 0; copied < length;)
        {
            var memory = destination.GetMemory((int)Math.Min(BufferSize, length - copied));
            var wanted = memory[..(int)Math.Min(memory.Length, length - copied)];
            var read = await readAsync(wanted, copied, cancellationToken);
            if (read == 0)
            {
                throw new EndOfStreamException($"The object ends {length - copied} bytes too early.");
            }

            destination.Advance(read);
            copied += read;
            var flush = await destination.FlushAsync(cancellationToken);
            if (flush.IsCompleted)
            {
                return;
            }
        }
    }
}
