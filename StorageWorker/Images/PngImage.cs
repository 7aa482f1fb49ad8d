using System.IO.Hashing;

namespace Sora.StorageWorker.Images;

/// <summary>
/// PNG (ISO/IEC 15948): a signature and chunks of length, type, data and CRC, from IHDR to IEND.
/// </summary>
internal static class PngImage
{
    private const int HeaderLength = 13;

    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    public static (int Width, int Height) ReadHeader(ImageBytes bytes)
    {
        bytes.Seek(Signature.Length);
        if (bytes.ReadUInt32() != HeaderLength || !bytes.Read(4).SequenceEqual("IHDR"u8))
        {
            throw new BadImageException("The PNG image does not begin with its header.");
        }

        return (Dimension(bytes.ReadUInt32()), Dimension(bytes.ReadUInt32()));
    }

    public static void CheckWhole(ImageBytes bytes)
    {
        bytes.Seek(Signature.Length);
        var hasPixels = false;
        string type;
        do
        {
            type = ReadChunk(bytes);
            hasPixels |= type == "IDAT";
            if (type == "acTL")
            {
                throw new BadImageException("The PNG image is animated.");
            }
        }
        while (type != "IEND");

        if (!hasPixels)
        {
            throw new BadImageException("The PNG image has no pixels.");
        }
    }

    // The CRC covers type and data.
    private static string ReadChunk(ImageBytes bytes)
    {
        var length = bytes.ReadUInt32();
        var type = bytes.Read(4);
        var name = System.Text.Encoding.Latin1.GetString(type);
        var crc = new Crc32();
        crc.Append(type);
        for (long left = length; left > 0;)
        {
            var data = bytes.ReadSome(left);
            crc.Append(data);
            left -= data.Length;
        }

        return bytes.ReadUInt32() == crc.GetCurrentHashAsUInt32()
            ? name
            : throw new BadImageException("The PNG image is damaged.");
    }

    private static int Dimension(uint value) =>
        value <= int.MaxValue ? (int)value : throw new BadImageException("The PNG image's header is damaged.");
}
