using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Sora.StorageWorker.Images;

/// <summary>
/// A cursor over an image file that is never read as a whole: whatever lies beyond the end is a truncated
/// image.
/// </summary>
/// <param name="handle">The file.</param>
/// <param name="length">Its length in bytes.</param>
public sealed class ImageBytes(SafeFileHandle handle, long length)
{
    private readonly byte[] _window = new byte[64 * 1024];
    private long _windowStart;
    private int _windowLength;

    /// <summary>The file's length in bytes.</summary>
    public long Length => length;

    /// <summary>Where the next byte comes from.</summary>
    public long Position { get; private set; }

    /// <summary>Goes to a place, which may lie beyond the end: the next read says so.</summary>
    public void Seek(long position) => Position = position;

    /// <summary>Goes on by a number of bytes.</summary>
    public void Skip(long count) => Position += count;

    /// <summary>The first bytes, as many as there are.</summary>
    public ReadOnlySpan<byte> PeekStart(int count)
    {
        Position = 0;
        return Load((int)Math.Min(count, length));
    }

    /// <summary>The next bytes, at most 64 KiB, good until the next read.</summary>
    /// <exception cref="BadImageException">The file ends before.</exception>
    public ReadOnlySpan<byte> Read(int count)
    {
        if (Position > length - count)
        {
            throw new BadImageException("The image is truncated.");
        }

        var bytes = Load(count);
        Position += count;
        return bytes;
    }

    /// <summary>The next bytes up to a limit, at least one, good until the next read.</summary>
    /// <exception cref="BadImageException">The file has ended.</exception>
    public ReadOnlySpan<byte> ReadSome(long limit) =>
        Read((int)Math.Clamp(Math.Min(limit, length - Position), 1, _window.Length));

    /// <summary>The next byte.</summary>
    /// <exception cref="BadImageException">The file has ended.</exception>
    public byte ReadByte() => Read(1)[0];

    /// <summary>Two bytes, the greater first.</summary>
    /// <exception cref="BadImageException">The file ends before.</exception>
    public int ReadUInt16() => BinaryPrimitives.ReadUInt16BigEndian(Read(2));

    /// <summary>Four bytes, the greatest first.</summary>
    /// <exception cref="BadImageException">The file ends before.</exception>
    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32BigEndian(Read(4));

    /// <summary>Four bytes, the least first.</summary>
    /// <exception cref="BadImageException">The file ends before.</exception>
    public uint ReadUInt32LittleEndian() => BinaryPrimitives.ReadUInt32LittleEndian(Read(4));

    private ReadOnlySpan<byte> Load(int count)
    {
        if (Position < _windowStart || Position + count > _windowStart + _windowLength)
        {
            _windowStart = Position;
            _windowLength = RandomAccess.Read(handle, _window, Position);
        }

        return _windowLength - (Position - _windowStart) >= count
            ? _window.AsSpan((int)(Position - _windowStart), count)
            : throw new IOException("The image's file changed while it was read.");
    }
}
