using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Sora.StorageWorker.Clips;
using Sora.StorageWorker.Objects;

namespace Sora.StorageWorker.Uploads;

/// <summary>
/// Finds out what an uploaded file is: one whole MP4 by its structure, then its picture and length by ffprobe, in a
/// process of its own that knows nothing of ours.
/// </summary>
internal sealed class VideoProbe(IOptions<UploadOptions> options, TimeProvider clock)
{
    private const string NoVideo = "The file is not an MP4 video that can be read.";
    private const int LargestSide = 8192;

    // Read the file and nothing that it may point to, in bounded memory; every packet is looked at.
    private static readonly string[] Arguments =
    [
        "-v", "error", "-max_alloc", "268435456", "-protocol_whitelist", "file", "-f", "mp4",
        "-select_streams", "v:0", "-count_packets",
        "-show_entries", "stream=width,height,duration,nb_read_packets", "-of", "json",
    ];

    /// <summary>Width and height in pixels and the length in milliseconds.</summary>
    /// <exception cref="UploadRefusedException">It is no video, damaged, or nobody can say what it is.</exception>
    public async Task<(int Width, int Height, int Milliseconds)> MeasureAsync(
        Draft draft, CancellationToken cancellationToken)
    {
        if (Mp4Structure.FindProblem(draft.Handle, draft.Length) is { } problem)
        {
            throw new UploadRefusedException("invalid_video", $"{NoVideo} {problem}");
        }

        using var limit = new CancellationTokenSource(options.Value.ProbeTimeLimit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        using var process = Process.Start(Command(draft.Path))!;
        try
        {
            var errors = process.StandardError.BaseStream.CopyToAsync(Stream.Null, either.Token);
            using var answer = await JsonDocument.ParseAsync(process.StandardOutput.BaseStream, default, either.Token);
            await errors;
            return Read(answer.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or OperationCanceledException
            && !cancellationToken.IsCancellationRequested)
        {
            throw new UploadRefusedException("invalid_video", NoVideo);
        }
        finally
        {
            process.Kill(entireProcessTree: true); // does nothing when it has ended
        }
    }

    private static (int Width, int Height, int Milliseconds) Read(JsonElement answer)
    {
        if (answer.TryGetProperty("streams", out var streams)
            && streams.EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.Object } stream
            && Number(stream, "width") is { } width and > 0 and <= LargestSide
            && Number(stream, "height") is { } height and > 0 and <= LargestSide
            && Number(stream, "duration") is { } seconds and > 0 and < 86_400
            && Number(stream, "nb_read_packets") is > 0)
        {
            return ((int)width, (int)height, (int)Math.Round(seconds * 1000));
        }

        throw new UploadRefusedException("invalid_video", NoVideo);
    }

    private static double? Number(JsonElement stream, string name) =>
        stream.TryGetProperty(name, out var value)
        && double.TryParse(value.ToString(), System.Globalization.CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    private ProcessStartInfo Command(string path)
    {
        var start = new ProcessStartInfo(options.Value.Ffprobe, [.. Arguments, path])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var search = start.Environment["PATH"];
        start.Environment.Clear(); // our connection strings and keys are none of its business
        start.Environment["PATH"] = search;
        return start;
    }
}
