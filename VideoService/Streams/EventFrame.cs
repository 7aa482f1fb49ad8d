using System.Text;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Streams;

/// <summary>
/// One event as it goes over the wire, made once for all who watch (WHATWG HTML, 9.2 Server-sent events).
/// </summary>
/// <param name="Position">Its place in the timeline, and its id; 0 of what is no event.</param>
/// <param name="VideoId">The video that it is about.</param>
/// <param name="Bytes">What is written; nothing of a video that was deleted.</param>
/// <param name="IsEnd">Nothing comes after it for this video.</param>
internal sealed record EventFrame(long Position, string VideoId, ReadOnlyMemory<byte> Bytes, bool IsEnd)
{
    /// <summary>A comment, so that everybody on the way knows that the stream lives.</summary>
    public static readonly EventFrame Heartbeat = new(0, "", ":\n\n"u8.ToArray(), false);
}

/// <summary>Makes events of rows.</summary>
internal sealed class EventFrames(VideoAnswers answers)
{
    private const string FindVideos = $"select {Video.Columns} from videos where id = any(@Ids)";

    /// <summary>The events of rows, in their order; <paramref name="read"/> runs a query on <c>videos</c>.</summary>
    public async Task<IReadOnlyList<EventFrame>> MakeAsync(
        IReadOnlyList<TimelineRow> rows, Func<string, object, Task<IReadOnlyList<Video>>> read)
    {
        if (rows.Count == 0)
        {
            return [];
        }

        var ids = rows.Select(row => row.VideoId).Distinct().ToArray();
        var videos = (await read(FindVideos, new { Ids = ids })).ToDictionary(video => video.Id);
        return [.. rows.Select(row => Make(row, videos.GetValueOrDefault(row.VideoId)))];
    }

    private EventFrame Make(TimelineRow row, Video? current)
    {
        if (current is null or { DeletedAt: not null })
        {
            return new EventFrame(row.Position, row.VideoId, default, IsEnd: true);
        }

        var video = row.Of(current);
        var head = Encoding.UTF8.GetBytes(
            $"id: {row.Position}\nevent: video.{video.Stage.PublicStatus()}\ndata: ");
        byte[] bytes = [.. head, .. answers.For(video).Json.Span, .. "\n\n"u8];
        return new EventFrame(row.Position, row.VideoId, bytes, video.Stage.IsTerminal());
    }
}
