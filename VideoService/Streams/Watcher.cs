using System.Threading.Channels;

namespace Sora.VideoService.Streams;

/// <summary>
/// Somebody who watches a project, or one video of it. Events wait here for a reader that is slow; when too many do, they
/// are dropped, and the reader catches up from the timeline. So nobody waits for it.
/// </summary>
/// <param name="project">The project.</param>
/// <param name="videoId">The only video that is watched; null for all.</param>
internal sealed class Watcher(string project, string? videoId)
{
    private const int MostWaiting = 64;

    private readonly Channel<EventFrame> _frames = Channel.CreateBounded<EventFrame>(
        new BoundedChannelOptions(MostWaiting) { SingleReader = true, SingleWriter = false });

    private volatile bool _hasMissed;

    public string Project => project;

    public string? VideoId => videoId;

    /// <summary>True from the first event that was dropped until <see cref="EventHub.Rejoin"/>.</summary>
    public bool HasMissed
    {
        get => _hasMissed;
        set => _hasMissed = value;
    }

    public ChannelReader<EventFrame> Frames => _frames.Reader;

    public void Tell(EventFrame frame)
    {
        if (videoId is not null && frame.VideoId != videoId)
        {
            return;
        }

        if (!_hasMissed && !_frames.Writer.TryWrite(frame))
        {
            _hasMissed = true;
        }
    }

    /// <summary>Something may have been missed: have a look.</summary>
    public void Miss()
    {
        _hasMissed = true;
        Beat();
    }

    /// <summary>A full queue needs no sign of life.</summary>
    public void Beat() => _frames.Writer.TryWrite(EventFrame.Heartbeat);
}
