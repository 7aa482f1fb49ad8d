using System.Text.Json;

namespace Sora.Demo;

/// <summary>What was asked for on the command line.</summary>
/// <param name="File">Where the clip goes.</param>
/// <param name="Fields">The fields of the create request.</param>
internal sealed record DemoArguments(string File, Dictionary<string, string> Fields)
{
    public const string Usage =
        "Usage: Demo \"PROMPT\" [-o FILE] [--size WIDTHxHEIGHT] [--seconds N] [--model MODEL]";

    /// <summary>The body of the create request.</summary>
    public BinaryData ToJson() => BinaryData.FromBytes(JsonSerializer.SerializeToUtf8Bytes(Fields));

    /// <summary>Reads the command line; null where it makes no sense.</summary>
    public static DemoArguments? Parse(string[] args)
    {
        var file = "clip.mp4";
        var fields = new Dictionary<string, string> { ["model"] = "sora-2" };
        for (var rest = args.AsSpan(); rest.Length > 0;)
        {
            switch (rest)
            {
                case ["-o", var path, ..]:
                    file = path;
                    rest = rest[2..];
                    break;
                case ["--size" or "--seconds" or "--model", var value, ..]:
                    fields[rest[0][2..]] = value;
                    rest = rest[2..];
                    break;
                case [var prompt, ..] when !prompt.StartsWith('-') && fields.TryAdd("prompt", prompt):
                    rest = rest[1..];
                    break;
                default:
                    return null;
            }
        }

        return fields.ContainsKey("prompt") ? new DemoArguments(file, fields) : null;
    }
}
