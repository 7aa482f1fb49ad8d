using Sora.ServiceDefaults.Identity;

namespace Sora.VideoService.Streams;

/// <summary><c>GET /v1/events</c>: each change of any video of the project, from now on or from the last one seen.</summary>
internal static class WatchProject
{
    public static async Task<IResult> HandleAsync(HttpContext context, Caller caller, EventStreams streams)
    {
        var (request, mistake) = StreamRequest.Read(context.Request, caller, null);
        if (request is null)
        {
            return mistake!;
        }

        await streams.ServeAsync(context, request);
        return Results.Empty;
    }
}
