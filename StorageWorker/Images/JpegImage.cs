namespace Sora.StorageWorker.Images;

/// <summary>
/// JPEG (ITU-T T.81): segments between markers, a frame header (SOF), scans of coded data, EOI.
/// </summary>
internal static class JpegImage
{
    private const byte Stuffed = 0x00;
    private const byte Temporary = 0x01;
    private const byte FirstRestart = 0xD0;
    private const byte LastRestart = 0xD7;
    private const byte EndOfImage = 0xD9;
    private const byte StartOfScan = 0xDA;
    private const byte Prefix = 0xFF;

    /// <summary>SOI and the first byte of the next marker.</summary>
    public static ReadOnlySpan<byte> Signature => [Prefix, 0xD8, Prefix];

    public static (int Width, int Height) ReadHeader(ImageBytes bytes)
    {
        bytes.Seek(2);
        while (true)
        {
            var marker = ReadMarker(bytes);
            if (IsFrameHeader(marker))
            {
                bytes.Skip(3); // its length and the sample precision
                var height = bytes.ReadUInt16();
                return (bytes.ReadUInt16(), height);
            }

            if (marker is StartOfScan or EndOfImage)
            {
                throw new BadImageException("The JPEG image has no frame header.");
            }

            SkipSegment(bytes, marker);
        }
    }

    public static void CheckWhole(ImageBytes bytes)
    {
        bytes.Seek(2);
        var frames = 0;
        var scans = 0;
        byte marker;
        while ((marker = ReadMarker(bytes)) != EndOfImage)
        {
            frames += IsFrameHeader(marker) ? 1 : 0;
            SkipSegment(bytes, marker);
            if (marker == StartOfScan)
            {
                scans++;
                SkipScan(bytes);
            }
        }

        if (frames != 1 || scans == 0)
        {
            throw new BadImageException("The JPEG image is damaged.");
        }
    }

    // SOF0 to SOF15, without DHT (C4), JPG (C8) and DAC (CC), which lie between them.
    private static bool IsFrameHeader(byte marker) =>
        marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);

    // A marker may be preceded by any number of fill bytes.
    private static byte ReadMarker(ImageBytes bytes)
    {
        if (bytes.ReadByte() != Prefix)
        {
            throw new BadImageException("The JPEG image is damaged.");
        }

        byte marker;
        while ((marker = bytes.ReadByte()) == Prefix)
        {
        }

        return marker == Stuffed ? throw new BadImageException("The JPEG image is damaged.") : marker;
    }

    private static void SkipSegment(ImageBytes bytes, byte marker)
    {
        if (marker is Temporary or (>= FirstRestart and <= LastRestart))
        {
            return;
        }

        var length = bytes.ReadUInt16();
        bytes.Skip(length >= 2 ? length - 2 : throw new BadImageException("The JPEG image is damaged."));
    }

    // Coded data holds no marker but restarts; a byte FF of its own is followed by 00.
    private static void SkipScan(ImageBytes bytes)
    {
        while (true)
        {
            var data = bytes.ReadSome(long.MaxValue);
            var prefix = data.IndexOf(Prefix);
            if (prefix < 0)
            {
                continue;
            }

            bytes.Skip(prefix + 1 - data.Length);
            if (bytes.ReadByte() is not (Stuffed or (>= FirstRestart and <= LastRestart)))
            {
                bytes.Skip(-2);
                return;
            }
        }
    }
}
