using System.Diagnostics;
using Polly;
using Sora.Upstreams;
using Sora.VideoService.Sources;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Tracking;

/// <summary>One submission of a video to its upstream, and what its outcome means.</summary>
public sealed partial class Submission(
    UpstreamCatalogue upstreams,
    References references,
    SourceDelivery sources,
    ActivitySource activities,
    ILogger<Submission> logger)
{
    /// <summary>When a lost answer is looked for.</summary>
    public static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(2);

    /// <summary>Sends it, once. The attempt's key is the same whenever this attempt is sent.</summary>
    public async Task<VideoFact> SendAsync(Video video, CancellationToken cancellationToken)
    {
        using var span = activities.StartJobActivity("submit video", video);
        ReferenceImage? reference;
        try
        {
            reference = video.HasReference ? await references.ReadAsync(video, cancellationToken) : null;
        }
        catch (Exception exception) when (exception is HttpRequestException or ExecutionRejectedException)
        {
            Log.NoReference(logger, exception, video.Id);
            return new VideoFact.SubmissionPutOff(video.Attempt, PollRhythm.AfterFailure(null));
        }

        var isSourced = video.Kind is "edit" or "extension";
        var source = isSourced ? await sources.PrepareAsync(video, cancellationToken) : null;
        return source switch
        {
            SourceOutcome.Later later => new VideoFact.SubmissionPutOff(
                video.Attempt, PollRhythm.AfterFailure(later.RetryAfter)),
            SourceOutcome.Gone => WithoutSource(video),
            _ => await SendAsync(video, reference, (source as SourceOutcome.Ready)?.Source, span, cancellationToken),
        };
    }

    private async Task<VideoFact> SendAsync(
        Video video,
        ReferenceImage? reference,
        SubmissionSource? source,
        Activity? span,
        CancellationToken cancellationToken)
    {
        await using var file = source?.File?.Content;
        var submission = new VideoSubmission(
            $"job-{video.Id}-{video.Attempt}",
            video.UpstreamModel,
            video.Prompt,
            video.Size,
            video.BilledSeconds,
            reference,
            video.Kind is "remix" ? video.RemixOfUpstreamId : null)
        {
            Source = source,
            Characters = video.CharacterUpstreamIds,
        };
        var outcome = await upstreams.Get(video.Upstream).SubmitAsync(video.Credential, submission, cancellationToken);
        span?.SetTag("sora.submit.outcome", outcome.GetType().Name);
        return Meaning(video, outcome);
    }

    /// <summary>What was sent before and is unclear stays so: only a first sending can fail for want of a source.</summary>
    private static VideoFact WithoutSource(Video video) => video.Stage is VideoStage.Indeterminate
        ? new VideoFact.SubmissionUnclear(FirstLook)
        : new VideoFact.SubmissionRefused(
            video.Attempt, "video_expired", "The source video is no longer available. You were not charged.");

    private VideoFact Meaning(Video video, SubmitOutcome outcome)
    {
        switch (outcome)
        {
            case SubmitOutcome.Accepted accepted:
                return new VideoFact.SubmissionAccepted(accepted.Video.Id, PollRhythm.First());
            case SubmitOutcome.PutOff later:
                Log.PutOff(logger, video.Id, video.Upstream, later.Reason);
                return new VideoFact.SubmissionPutOff(video.Attempt, PollRhythm.AfterFailure(later.RetryAfter));
            case SubmitOutcome.Refused refused:
                return new VideoFact.SubmissionRefused(video.Attempt, refused.Code, refused.Message);
            case SubmitOutcome.Ambiguous ambiguous:
                Log.Unclear(logger, video.Id, video.Upstream, ambiguous.Reason);
                return new VideoFact.SubmissionUnclear(FirstLook);
            default:
                throw new UnreachableException();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The reference image of {VideoId} cannot be had now")]
        public static partial void NoReference(ILogger logger, Exception exception, string videoId);

        [LoggerMessage(Level = LogLevel.Information, Message = "Upstream {Upstream} did not take {VideoId} yet: {Reason}")]
        public static partial void PutOff(ILogger logger, string videoId, string upstream, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Whether upstream {Upstream} took {VideoId} is unknown: {Reason}")]
        public static partial void Unclear(ILogger logger, string videoId, string upstream, string reason);
    }
}
