namespace Sora.StorageWorker.Images;

/// <summary>
/// WebP (RFC 9649): a RIFF file with a lossy (VP8) or lossless (VP8L) picture, bare or after an extended
/// header (VP8X).
/// </summary>
internal static class WebPImage
{
    private const int RiffHeaderLength = 12;
    private const int ChunkHeaderLength = 8;
    private const byte AnimationFlag = 0x02;
    private const byte LosslessSignature = 0x2F;
    private const int FourteenBits = 0x3FFF;

    public static (int Width, int Height) ReadHeader(ImageBytes bytes)
    {
        bytes.Seek(RiffHeaderLength);
        var type = ReadType(bytes);
        bytes.Skip(4);
        return type == "VP8X" ? ReadCanvas(bytes) : ReadPicture(bytes, type);
    }

    public static void CheckWhole(ImageBytes bytes, int width, int height)
    {
        bytes.Seek(4);
        var end = bytes.ReadUInt32LittleEndian() + 8L;
        if (end > bytes.Length)
        {
            throw new BadImageException("The image is truncated.");
        }

        var pictures = 0;
        for (long chunk = RiffHeaderLength; chunk + ChunkHeaderLength <= end;)
        {
            bytes.Seek(chunk);
            var type = ReadType(bytes);
            long length = bytes.ReadUInt32LittleEndian();
            chunk += ChunkHeaderLength + length + (length & 1);
            if (chunk - (length & 1) > end)
            {
                throw new BadImageException("The image is truncated.");
            }

            pictures += IsPictureOf(bytes, type, width, height) ? 1 : 0;
        }

        if (pictures != 1)
        {
            throw new BadImageException("The WebP image does not hold one picture.");
        }
    }

    // The canvas and the picture on it are two statements about the size: both have to be true.
    private static bool IsPictureOf(ImageBytes bytes, string type, int width, int height)
    {
        if (type is "ANIM" or "ANMF" || (type == "VP8X" && (bytes.ReadByte() & AnimationFlag) != 0))
        {
            throw new BadImageException("The WebP image is animated.");
        }

        if (type is not ("VP8 " or "VP8L"))
        {
            return false;
        }

        return ReadPicture(bytes, type) == (width, height)
            ? true
            : throw new BadImageException("The WebP image's picture is not of its header's size.");
    }

    private static string ReadType(ImageBytes bytes) => System.Text.Encoding.Latin1.GetString(bytes.Read(4));

    private static (int Width, int Height) ReadCanvas(ImageBytes bytes)
    {
        bytes.Skip(4); // flags and reserved bits
        var size = bytes.Read(6);
        return (1 + (size[0] | size[1] << 8 | size[2] << 16), 1 + (size[3] | size[4] << 8 | size[5] << 16));
    }

    private static (int Width, int Height) ReadPicture(ImageBytes bytes, string type) => type switch
    {
        "VP8 " => ReadLossy(bytes),
        "VP8L" => ReadLossless(bytes),
        _ => throw new BadImageException("The WebP image does not begin with its header."),
    };

    // RFC 6386 9.1: a frame tag whose lowest bit is 0 in a key frame, a start code, then 14 bits each with 2
    // bits of scale.
    private static (int Width, int Height) ReadLossy(ImageBytes bytes)
    {
        var frame = bytes.Read(10);
        return (frame[0] & 1) == 0 && frame[3..6].SequenceEqual<byte>([0x9D, 0x01, 0x2A])
            ? ((frame[6] | frame[7] << 8) & FourteenBits, (frame[8] | frame[9] << 8) & FourteenBits)
            : throw new BadImageException("The WebP image's header is damaged.");
    }

    private static (int Width, int Height) ReadLossless(ImageBytes bytes)
    {
        if (bytes.ReadByte() != LosslessSignature)
        {
            throw new BadImageException("The WebP image's header is damaged.");
        }

        var bits = bytes.ReadUInt32LittleEndian();
        return (1 + (int)(bits & FourteenBits), 1 + (int)(bits >> 14 & FourteenBits));
    }
}
