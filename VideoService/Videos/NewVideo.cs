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
    /// <summary>The video's id where something was kept under it before; a new one unless set.</summary>
    public string? Id { get; init; }

    public bool HasReference { get; init; }

    /// <summary>The user brought the video that is edited or extended.</summary>
    public bool HasUpload { get; init; }

    /// <summary>The video that is remixed, edited or extended, or null.</summary>
    public Video? Source { get; init; }

    /// <summary>What an extension adds, in seconds; null for all others.</summary>
    public int? NewSeconds { get; init; }

    /// <summary>The upstream's ids of the characters that appear.</summary>
    public string[] CharacterUpstreamIds { get; init; } = [];

    /// <summary>A video made from another one: by its model and size, at its upstream, of its length unless set.</summary>
    public static VideoOrder From(Video source, string kind, string prompt) => new(
        kind,
        prompt,
        source.Model,
        source.Size,
        source.Seconds,
        source.Upstream,
        source.UpstreamModel,
        source.Credential)
    {
        Source = source,
    };
}

/// <summary>Makes new videos, in the stage <c>holding</c> and in the trace of the request.</summary>
public sealed class NewVideo(IOptions<TrackingOptions> tracking, TimeProvider clock)
{
    public string NextId() => Ids.New("video", clock.GetUtcNow());

    public Video For(VideoOrder order, Caller caller)
    {
        var now = clock.GetUtcNow();
        return new Video
        {
            Id = order.Id ?? Ids.New("video", now),
            Organization = caller.Organization,
            Project = caller.Project,
            User = caller.User,
            RetentionDays = caller.RetentionDays,
            Kind = order.Kind,
            Model = order.Model,
            Prompt = order.Prompt,
            Size = order.Size,
            Seconds = order.Seconds,
            NewSeconds = order.NewSeconds,
            Extensions = (order.Source?.Extensions ?? 0) + (order.NewSeconds is null ? 0 : 1),
            HasReference = order.HasReference,
            HasUpload = order.HasUpload,
            CharacterUpstreamIds = order.CharacterUpstreamIds,
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
