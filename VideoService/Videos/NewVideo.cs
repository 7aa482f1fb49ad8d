using System.Diagnostics;
using Microsoft.Extensions.Options;
using Sora.ServiceDefaults;
using Sora.ServiceDefaults.Identity;
using Sora.VideoService.Tracking;

namespace Sora.VideoService.Videos;

/// <summary>What is to be made and who renders it; what every new video has beside that is the same for all.</summary>
public sealed record VideoOrder(
    string Kind,
    string Prompt,
    string Model,
    string Size,
    int Seconds,
    string Upstream,
    string UpstreamModel,
    string Credential)
{
    public bool HasReference { get; init; }

    /// <summary>The video that is remixed, or null.</summary>
    public Video? Source { get; init; }
}

/// <summary>Makes new videos, in the stage <c>holding</c> and in the trace of the request.</summary>
public sealed class NewVideo(IOptions<TrackingOptions> tracking, TimeProvider clock)
{
    public Video For(VideoOrder order, Caller caller)
    {
        var now = clock.GetUtcNow();
        return new Video
        {
            Id = Ids.New("video", now),
            Organization = caller.Organization,
            Project = caller.Project,
            User = caller.User,
            RetentionDays = caller.RetentionDays,
            Kind = order.Kind,
            Model = order.Model,
            Prompt = order.Prompt,
            Size = order.Size,
            Seconds = order.Seconds,
            HasReference = order.HasReference,
            RemixedFromVideoId = order.Source?.Id,
            RemixOfUpstreamId = order.Source?.UpstreamId,
            Upstream = order.Upstream,
            UpstreamModel = order.UpstreamModel,
            Credential = order.Credential,
            Stage = VideoStage.Holding,
            StageSince = now,
            CreatedAt = now,
            DeadlineAt = now + tracking.Value.Deadline,
            NextActionAt = now + Sweeper.HoldingLimit,
            Traceparent = Activity.Current?.Id,
        };
    }
}
