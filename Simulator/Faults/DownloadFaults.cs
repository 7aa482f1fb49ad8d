using Sora.Simulator.Videos;

namespace Sora.Simulator.Faults;

/// <summary>What goes wrong with the download of a finished clip.</summary>
internal sealed class DownloadFaults(FaultStrikes strikes, TimeProvider clock)
{
    /// <summary>Null when the download goes well, else its answer.</summary>
    public IResult? Of(Video video, string path)
    {
        Fault? Strikes(FaultKind kind) => strikes.Strike(video.Faults, kind, video.Id);

        if ((Strikes(FaultKind.Expired) ?? Strikes(FaultKind.ContentError)) is { } error)
        {
            return CallFaults.ErrorOf(error);
        }

        if (Strikes(FaultKind.NotMp4) is not null)
        {
            return Results.Text("""{"error":{"message":"not found","code":404}}""", "video/mp4");
        }

        if (Strikes(FaultKind.ShortFile) is not null)
        {
            return Results.Bytes(FirstHalf(path), "video/mp4");
        }

        if (Strikes(FaultKind.Truncated) is not null)
        {
            return new HalvedDownload(path, Pause: null, clock);
        }

        return Strikes(FaultKind.SlowContent) is { } slow ? new HalvedDownload(path, slow.Duration, clock) : null;
    }

    private static ReadOnlyMemory<byte> FirstHalf(string path)
    {
        var bytes = File.ReadAllBytes(path);
        return bytes.AsMemory(0, bytes.Length / 2);
    }

    /// <summary>Half a clip under the whole length: then a pause and the rest, or without a pause the end.</summary>
    private sealed record HalvedDownload(string Path, TimeSpan? Pause, TimeProvider Clock) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var (response, cancellationToken) = (httpContext.Response, httpContext.RequestAborted);
            var bytes = await File.ReadAllBytesAsync(Path, cancellationToken);
            response.ContentType = "video/mp4";
            response.ContentLength = bytes.Length;
            await response.Body.WriteAsync(bytes.AsMemory(0, bytes.Length / 2), cancellationToken);
            await response.Body.FlushAsync(cancellationToken);
            if (Pause is not { } pause)
            {
                httpContext.Abort();
                return;
            }

            await Task.Delay(pause, Clock, cancellationToken);
            await response.Body.WriteAsync(bytes.AsMemory(bytes.Length / 2), cancellationToken);
        }
    }
}
