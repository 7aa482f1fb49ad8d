using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Identity;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Streams;

/// <summary>
/// <c>GET /v1/videos/{id}/events</c>: the video as it is, then each change, until its end. A client that has seen the end
/// gets 204, which tells browsers not to come again.
/// </summary>
internal static class WatchVideo
{
    public static async Task<IResult> HandleAsync(
        string id,
        HttpContext context,
        Caller caller,
        ServiceDatabase database,
        MissedEvents missed,
        EventStreams streams,
        CancellationToken cancellationToken)
    {
        var (request, mistake) = StreamRequest.Read(context.Request, caller, id);
        if (request is null)
        {
            return mistake!;
        }

        if (await FindVideo.ByIdAsync(database, id, caller, cancellationToken) is not { } video)
        {
            return FindVideo.NotFound(id);
        }

        if (video.Stage.IsTerminal() && request.After is { } after
            && await missed.ReadAsync(request, after, long.MaxValue, cancellationToken) is [])
        {
            return Results.NoContent();
        }

        await streams.ServeAsync(context, request);
        return Results.Empty;
    }
}
