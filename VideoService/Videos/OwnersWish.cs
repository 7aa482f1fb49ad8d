using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Identity;

namespace Sora.VideoService.Videos;

/// <summary>
/// What a person wants to become of a video: decided on the row as it is now, and written with its trace in the audit log
/// in one transaction. A wish that changes nothing leaves no trace.
/// </summary>
public sealed class OwnersWish(ServiceDatabase database, VideoCache cache, TimeProvider clock)
{
    /// <summary>Applies the wish to a video that the caller was seen to own.</summary>
    /// <param name="videoId">The video.</param>
    /// <param name="wish">The fact that somebody wants it.</param>
    /// <param name="action">Its name in the audit log.</param>
    /// <param name="caller">Who wants it.</param>
    /// <param name="cancellationToken">Ends the call, until the commit.</param>
    public async Task<FactOutcome> ApplyAsync(
        string videoId, VideoFact wish, string action, Caller caller, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var work = await database.BeginAsync(cancellationToken);
        var outcomes = await work.ApplyAsync(
            new Dictionary<string, VideoFact> { [videoId] = wish }, now, cancellationToken);
        var outcome = outcomes[videoId];
        if (outcome is { Changed: true, Video: { } video })
        {
            work.Record(caller, action, videoId, now, ("stage", video.Stage.Name()));
            await work.CommitAsync(CancellationToken.None);
            await cache.RenewAsync([video]);
        }

        return outcome;
    }
}
