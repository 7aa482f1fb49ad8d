using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using Sora.StorageWorker.Images;

namespace Sora.StorageWorker.Tests.Images;

public sealed class ImageFileTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public static TheoryData<string, byte[]> Good => new()
    {
        { "image/png", Media.Png },
        { "image/jpeg", Media.Jpeg },
        { "image/webp", Media.LossyWebP },
        { "image/webp", Media.LosslessWebP },
        { "image/webp", Media.ExtendedWebP() },
    };

    public static TheoryData<string, byte[]> Bad => new()
    {
        { "not an image of a supported type", [] },
        { "not an image of a supported type", "<svg xmlns='http://www.w3.org/2000/svg' width='320'/>"u8.ToArray() },
        { "not an image of a supported type", [.. "GIF89a"u8, 64, 1, 180, 0, 0, 0, 0] },
        { "not an image of a supported type", [.. "RIFF"u8, 0, 0, 0, 0, .. "AVI LIST"u8] },
        { "not an image of a supported type", [.. "<script>"u8, .. Media.Png] },
        { "not an image of a supported type", Media.Mp4 },
        { "truncated", Media.Png[..20] },
        { "truncated", Media.Jpeg[..3] },
        { "truncated", Media.LossyWebP[..16] },
        { "does not begin with its header", Changed(Media.Png, 12, (byte)'X') },
        { "no pixels", Changed(Media.Png, 18, 0, 0) },
        { "header is damaged", Changed(Media.Png, 16, 0xFF) },
        { "no frame header", [0xFF, 0xD8, 0xFF, 0xD9] },
        { "damaged", [0xFF, 0xD8, 0xFF, 0xE0, 0, 0, 0, 0, 0, 0, 0, 0] },
        { "header is damaged", Changed(Media.LossyWebP, 23, 0) },
        { "header is damaged", Changed(Media.LosslessWebP, 20, 0) },
        { "does not begin with its header", Changed(Media.LossyWebP, 12, (byte)'E') },
    };

    public static TheoryData<string, byte[]> Incomplete => new()
    {
        { "truncated", Media.Png[..^1] },
        { "truncated", Media.Png[..(Media.Png.Length / 2)] },
        { "truncated", Media.Jpeg[..^2] },
        { "truncated", Media.Jpeg[..(Media.Jpeg.Length / 2)] },
        { "truncated", Media.LossyWebP[..^10] },
        { "truncated", Media.LosslessWebP[..^10] },
        { "damaged", Changed(Media.Png, Media.Png.Length / 2, (byte)~Media.Png[Media.Png.Length / 2]) },
        { "no pixels", [.. Media.Png[..33], .. Chunk("IEND", [])] },
        { "animated", [.. Media.Png[..33], .. Chunk("acTL", new byte[8]), .. Media.Png[33..]] },
        { "animated", Media.ExtendedWebP(flags: 0x02) },
        { "not of its header's size", Media.ExtendedWebP(width: 640, height: 360) },
        { "not hold one picture", [.. "RIFF"u8, 22, 0, 0, 0, .. "WEBPVP8X"u8, 10, 0, 0, 0, .. new byte[10]] },
    };

    public void Dispose() => File.Delete(_path);

    [Theory]
    [MemberData(nameof(Good))]
    public void A_real_image_is_known_by_its_bytes(string contentType, byte[] bytes)
    {
        var image = Read(bytes);

        Assert.Equal((contentType, Media.Width, Media.Height), (image.Format.ContentType(), image.Width, image.Height));
        CheckWhole(image, bytes);
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public void What_has_no_readable_header_is_refused(string reason, byte[] bytes) =>
        Assert.Contains(reason, Assert.Throws<BadImageException>(() => Read(bytes)).Message);

    [Theory]
    [MemberData(nameof(Incomplete))]
    public void What_is_not_whole_is_refused(string reason, byte[] bytes)
    {
        var image = Read(bytes);

        Assert.Contains(reason, Assert.Throws<BadImageException>(() => CheckWhole(image, bytes)).Message);
    }

    [Fact]
    public void A_bomb_is_known_by_its_header()
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, 1);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), 500_000_000);
        byte[] bytes = [.. Media.Png[..8], .. Chunk("IHDR", header)];

        Assert.Equal(500_000_000, Read(bytes).Height);
    }

    [Fact]
    public void Damaged_images_are_judged_in_time_and_without_a_fault()
    {
        var random = new Random(20_26);
        byte[][] seeds =
        [
            Media.Png[..2000], Media.Jpeg[..2000], Media.LossyWebP, Media.LosslessWebP[..2000], Media.ExtendedWebP(),
        ];
        using var file = File.OpenHandle(_path, FileMode.Open, FileAccess.ReadWrite);
        for (var round = 0; round < 5000; round++)
        {
            var bytes = seeds[round % seeds.Length].ToArray();
            for (var times = random.Next(1, 5); times > 0; times--)
            {
                bytes[random.Next(Math.Min(bytes.Length, 300))] = (byte)random.Next(256);
            }

            RandomAccess.SetLength(file, bytes.Length);
            RandomAccess.Write(file, bytes, 0);
            var window = new ImageBytes(file, bytes.Length);
            _ = Record.Exception(() => ImageFile.ReadHeader(window).CheckWhole(window)) is null or BadImageException
                ? true
                : throw new InvalidOperationException($"Round {round} ended in another fault.");
        }
    }

    private ImageFile Read(byte[] bytes) => With(bytes, ImageFile.ReadHeader);

    private void CheckWhole(ImageFile image, byte[] bytes) => With(bytes, window =>
    {
        image.CheckWhole(window);
        return true;
    });

    private T With<T>(byte[] bytes, Func<ImageBytes, T> read)
    {
        File.WriteAllBytes(_path, bytes);
        using var file = File.OpenHandle(_path);
        return read(new ImageBytes(file, bytes.Length));
    }

    private static byte[] Changed(byte[] bytes, int at, params byte[] by)
    {
        var changed = bytes.ToArray();
        by.CopyTo(changed, at);
        return changed;
    }

    private static byte[] Chunk(string type, byte[] data)
    {
        var chunk = new byte[12 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        Encoding.Latin1.GetBytes(type, chunk.AsSpan(4));
        data.CopyTo(chunk, 8);
        var crc = Crc32.HashToUInt32(chunk.AsSpan(4, 4 + data.Length));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), crc);
        return chunk;
    }
}
