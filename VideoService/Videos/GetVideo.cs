using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Identity;

namespace Sora.VideoService.Videos;

/// <summary><c>GET /v1/videos/{id}</c>: from Redis by id, else by primary key.</summary>
public static class GetVideo
{
    public static async Task<IResult> HandleAsync(
        string id,
        Caller caller,
        ServiceDatabase database,
        VideoCache cache,
        VideoAnswers answers,
        CancellationToken cancellationToken)
    {
        if (FindVideo.IsId(id) && await cache.FindAsync(caller.Project, id) is { } cached)
        {
            return cached;
        }

        if (await FindVideo.ByIdAsync(database, id, caller, cancellationToken) is not { } video)
        {
            return FindVideo.NotFound(id);
        }

        var answer = answers.For(video);
        await cache.KeepAsync(video, answer);
        return answer;
    }
}
