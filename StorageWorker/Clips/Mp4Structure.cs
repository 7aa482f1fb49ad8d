using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Sora.StorageWorker.Clips;

/// <summary>
/// Checks that a file is one whole MP4 (ISO/IEC 14496-12) without decoding anything: <c>ftyp</c> first,
/// <c>moov</c> and <c>mdat</c> present, and at every level boxes that add up to what holds them. A file that
/// was cut off or is something else does not pass.
/// </summary>
public sealed class Mp4Structure
{
    private const int MaxDepth = 16;

    // A long clip has some hundreds: more is an attempt to keep us busy.
    private const int MaxBoxes = 100_000;
    private const int HeaderLength = 8;
    private const int LongHeaderLength = 16;
    private const int MaxProblemLength = 200;

    private static readonly HashSet<string> Containers =
        ["moov", "trak", "edts", "mdia", "minf", "dinf", "stbl", "mvex", "moof", "traf", "mfra"];

    private readonly SafeFileHandle _file;
    private readonly HashSet<string> _found = [];
    private int _boxes;

    private Mp4Structure(SafeFileHandle file) => _file = file;

    /// <summary>What is wrong with the file, or null when nothing is.</summary>
    /// <param name="file">The file.</param>
    /// <param name="length">Its length in bytes.</param>
    public static string? FindProblem(SafeFileHandle file, long length)
    {
        var structure = new Mp4Structure(file);
        var problem = structure.FindProblem(0, length, 0)
            ?? Array.Find(["moov", "mdat"], box => !structure._found.Contains(box)) switch
            {
                { } missing => $"It has no {missing} box.",
                null => null,
            };
        return problem is { Length: > MaxProblemLength } ? problem[..MaxProblemLength] : problem;
    }

    private string? FindProblem(long start, long end, int depth)
    {
        if (depth > MaxDepth)
        {
            return $"Its boxes are nested more than {MaxDepth} deep.";
        }

        for (var at = start; at < end;)
        {
            if (++_boxes > MaxBoxes)
            {
                return $"It has more than {MaxBoxes} boxes.";
            }

            if (ReadBox(at, end, depth) is not { } box)
            {
                return $"The box at byte {at} does not fit into what holds it.";
            }

            if (Check(box, at, depth) is { } problem)
            {
                return problem;
            }

            at = box.End;
        }

        return null;
    }

    private string? Check(Box box, long at, int depth)
    {
        if (at == 0 && box.Type != "ftyp")
        {
            return "It does not begin with an ftyp box.";
        }

        if (depth == 0)
        {
            _found.Add(box.Type);
        }

        return Containers.Contains(box.Type) ? FindProblem(box.Content, box.End, depth + 1) : null;
    }

    private Box? ReadBox(long at, long end, int depth)
    {
        Span<byte> header = stackalloc byte[LongHeaderLength];
        var available = (int)Math.Min(LongHeaderLength, end - at);
        if (available < HeaderLength || RandomAccess.Read(_file, header[..available], at) < available)
        {
            return null;
        }

        var type = System.Text.Encoding.Latin1.GetString(header[4..8]);
        var size = (ulong)BinaryPrimitives.ReadUInt32BigEndian(header);
        var headerLength = HeaderLength;
        if (size == 1 && available == LongHeaderLength)
        {
            size = BinaryPrimitives.ReadUInt64BigEndian(header[8..]);
            headerLength = LongHeaderLength;
        }
        else if (size == 0 && depth == 0)
        {
            size = (ulong)(end - at); // the last box may say "to the end of the file"
        }

        return size >= (ulong)headerLength && size <= (ulong)(end - at)
            ? new Box(type, at + headerLength, at + (long)size)
            : null;
    }

    private readonly record struct Box(string Type, long Content, long End);
}
