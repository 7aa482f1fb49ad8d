using System.Diagnostics;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Tracking;

/// <summary>Puts background work into the trace of the request that created the job.</summary>
internal static class JobActivities
{
    /// <summary>
    /// A span under the job's own trace; null when the job has none, and then nothing below makes spans either.
    /// </summary>
    public static Activity? StartJobActivity(this ActivitySource activities, string name, Video video)
    {
        var known = ActivityContext.TryParse(video.Traceparent, null, isRemote: true, out var parent);
        var span = known ? activities.StartActivity(name, ActivityKind.Internal, parent) : null;
        return span?.SetTag("sora.video.id", video.Id).SetTag("sora.upstream", video.Upstream);
    }
}
