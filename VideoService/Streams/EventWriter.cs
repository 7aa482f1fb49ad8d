using System.IO.Pipelines;
using System.Text;

namespace Sora.VideoService.Streams;

/// <summary>Writes one watcher's events in the order of their ids, each once.</summary>
internal sealed class EventWriter(PipeWriter body, Watcher watcher, EventHub hub, MissedEvents missed)
{
    /// <summary>How long a client waits before it comes again, in milliseconds.</summary>
    private const int Retry = 1_000;

    private long _last;

    /// <summary>Writes until the video ends; otherwise until it is cancelled.</summary>
    public async Task WriteAsync(StreamRequest request, long joinedAt, CancellationToken cancellationToken)
    {
        _last = request.After ?? (request.VideoId is null
            ? joinedAt
            : await missed.BeforeLastAsync(request, cancellationToken));
        await GreetAsync(cancellationToken);
        if (await CatchUpAsync(request, joinedAt, cancellationToken))
        {
            return;
        }

        while (await watcher.Frames.WaitToReadAsync(cancellationToken))
        {
            if (await WriteWaitingAsync(cancellationToken))
            {
                return;
            }

            if (watcher.HasMissed && await CatchUpAsync(request, hub.Rejoin(watcher), cancellationToken))
            {
                return;
            }
        }
    }

    /// <summary>An id without data is no event, but a place to resume from.</summary>
    private async Task GreetAsync(CancellationToken cancellationToken)
    {
        await body.WriteAsync(Encoding.UTF8.GetBytes($"retry: {Retry}\nid: {_last}\n\n"), cancellationToken);
    }

    private async Task<bool> CatchUpAsync(StreamRequest request, long until, CancellationToken cancellationToken)
    {
        while (await missed.ReadAsync(request, _last, until, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var frame in page)
            {
                if (Write(frame))
                {
                    await body.FlushAsync(cancellationToken);
                    return true;
                }
            }

            await body.FlushAsync(cancellationToken);
        }

        return false;
    }

    private async Task<bool> WriteWaitingAsync(CancellationToken cancellationToken)
    {
        var hasEnded = false;
        while (!hasEnded && watcher.Frames.TryRead(out var frame))
        {
            hasEnded = Write(frame);
        }

        await body.FlushAsync(cancellationToken);
        return hasEnded;
    }

    /// <returns>True when nothing comes after it.</returns>
    private bool Write(EventFrame frame)
    {
        if (frame == EventFrame.Heartbeat)
        {
            Append(frame);
            return false;
        }

        if (frame.Position <= _last)
        {
            return false;
        }

        _last = frame.Position;
        Append(frame);
        return frame.IsEnd && watcher.VideoId is not null;
    }

    private void Append(EventFrame frame)
    {
        frame.Bytes.Span.CopyTo(body.GetSpan(frame.Bytes.Length));
        body.Advance(frame.Bytes.Length);
    }
}
