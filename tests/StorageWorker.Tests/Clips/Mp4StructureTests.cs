using System.Buffers.Binary;
using System.Text;
using Sora.StorageWorker.Clips;

namespace Sora.StorageWorker.Tests.Clips;

public sealed class Mp4StructureTests : IDisposable
{
    private const int Mutations = 20_000;

    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void A_real_clip_passes() => Assert.Null(FindProblem(Media.Mp4));

    [Fact]
    public void A_box_may_give_its_size_in_64_bits()
    {
        byte[] bytes = [.. Box("ftyp"), .. Box("moov"), .. LongBox("mdat", 100)];

        Assert.Null(FindProblem(bytes));
    }

    [Fact]
    public void The_last_box_may_reach_to_the_end_of_the_file()
    {
        byte[] bytes = [.. Box("ftyp"), .. Box("moov"), 0, 0, 0, 0, .. "mdat"u8, 1, 2, 3];

        Assert.Null(FindProblem(bytes));
    }

    public static TheoryData<string, byte[]> Wrong => new()
    {
        { "does not fit", Media.Mp4[..^1] },
        { "does not fit", [.. Media.Mp4, 0] },
        { "no moov", [.. Box("ftyp"), .. Box("mdat")] },
        { "no mdat", [.. Box("ftyp"), .. Box("moov")] },
        { "begin with an ftyp", [.. Box("moov"), .. Box("ftyp"), .. Box("mdat")] },
        { "does not fit", Encoding.UTF8.GetBytes("{\"error\":{\"message\":\"no\"}}") },
        { "no moov", [] },
        { "does not fit", [.. Box("ftyp"), .. LongBox("mdat", ulong.MaxValue), .. Box("moov")] },
        { "does not fit", [.. Box("ftyp"), .. LongBox("mdat", long.MaxValue), .. Box("moov")] },
        { "does not fit", [.. Box("ftyp"), .. LongBox("mdat", 15), .. Box("moov")] },
        { "does not fit", [.. Box("ftyp"), .. Box("moov", [0, 0, 0, 7, .. "trak"u8]), .. Box("mdat")] },
        { "does not fit", [.. Box("ftyp"), .. Box("moov", [0, 0, 0, 0, .. "trak"u8]), .. Box("mdat")] },
        { "does not fit", [.. Box("ftyp"), .. Box("moov", [0, 0, 1, 0, .. "trak"u8]), .. Box("mdat")] },
        { "16 deep", [.. Box("ftyp"), .. Nested(17), .. Box("mdat")] },
        { "100000 boxes", [.. Box("ftyp"), .. Enumerable.Repeat(Box("free"), 100_001).SelectMany(box => box)] },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_is_not_a_whole_clip_is_found(string problem, byte[] bytes) =>
        Assert.Contains(problem, FindProblem(bytes));

    [Fact]
    public void Boxes_may_be_nested_to_the_limit() =>
        Assert.Null(FindProblem([.. Box("ftyp"), .. Nested(16), .. Box("mdat")]));

    [Fact]
    public void A_clip_that_is_cut_anywhere_never_passes()
    {
        File.WriteAllBytes(_path, Media.Mp4);
        using var file = File.OpenHandle(_path);

        for (var length = 0; length < Media.Mp4.Length; length += 97)
        {
            Assert.NotNull(Mp4Structure.FindProblem(file, length));
        }
    }

    [Fact]
    public void Damaged_clips_are_judged_in_time_and_without_a_fault()
    {
        var random = new Random(20_26);
        var metadata = Media.Mp4.AsSpan().IndexOf("mdat"u8);
        using var file = File.OpenHandle(_path, FileMode.Open, FileAccess.ReadWrite);
        var problems = 0;

        for (var round = 0; round < Mutations; round++)
        {
            var bytes = Mutate(random, Media.Mp4.AsSpan(0, metadata + 100).ToArray());
            RandomAccess.Write(file, bytes, 0);
            problems += Mp4Structure.FindProblem(file, bytes.Length) is null ? 0 : 1;
        }

        Assert.Equal(Mutations, problems); // the media data was cut off in all of them
    }

    // Sizes are where a walker can go wrong: mostly those are hit, with the values that hurt.
    private static byte[] Mutate(Random random, byte[] bytes)
    {
        uint[] sizes = [0, 1, 7, 8, 9, 15, 16, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF];
        for (var times = random.Next(1, 6); times > 0; times--)
        {
            var at = random.Next(bytes.Length - 8);
            if (random.Next(2) == 0)
            {
                bytes[at] = (byte)random.Next(256);
            }
            else
            {
                BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(at & ~3), sizes[random.Next(sizes.Length)]);
            }
        }

        return bytes;
    }

    private string? FindProblem(byte[] bytes)
    {
        File.WriteAllBytes(_path, bytes);
        using var file = File.OpenHandle(_path);
        return Mp4Structure.FindProblem(file, bytes.Length);
    }

    private static byte[] Nested(int depth) => depth == 0 ? [] : Box("moov", Nested(depth - 1));

    private static byte[] Box(string type, byte[]? content = null)
    {
        var box = new byte[8 + (content?.Length ?? 0)];
        BinaryPrimitives.WriteUInt32BigEndian(box, (uint)box.Length);
        Encoding.Latin1.GetBytes(type, box.AsSpan(4));
        content?.CopyTo(box, 8);
        return box;
    }

    private static byte[] LongBox(string type, ulong size)
    {
        var box = new byte[size is > 16 and < 1000 ? (int)size : 16];
        box[3] = 1;
        Encoding.Latin1.GetBytes(type, box.AsSpan(4));
        BinaryPrimitives.WriteUInt64BigEndian(box.AsSpan(8), size);
        return box;
    }
}
