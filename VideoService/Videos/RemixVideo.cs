using System.Diagnostics;
using Microsoft.Extensions.Options;
using Sora.ServiceDefaults;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;
using Sora.VideoService.Requests;
using Sora.VideoService.Tracking;

namespace Sora.VideoService.Videos;

/// <summary><c>POST /v1/videos/{id}/remix</c>: a new video from a finished one, with its model, size and length.</summary>
public static class RemixVideo
{
    public static async Task<IResult> HandleAsync(
        string id,
        HttpRequest request,
        Caller caller,
        ServiceDatabase database,
        IOptions<TrackingOptions> tracking,
        AdmitVideo admission,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var (fields, unreadable) = await RequestFields.ReadAsync(request, cancellationToken);
        if (fields is null)
        {
            return unreadable!;
        }

        await using var ownedFields = fields;
        if (VideoPrompt.Read(fields, out var prompt) is { } mistake)
        {
            return mistake;
        }

        if (await FindVideo.ByIdAsync(database, id, caller, cancellationToken) is not { } source)
        {
            return FindVideo.NotFound(id);
        }

        if (source.Stage is not VideoStage.Ready)
        {
            return ApiError.Invalid(
                "video_id",
                $"Only a completed video can be remixed; '{id}' is {source.Stage.PublicStatus()}.",
                "video_not_completed");
        }

        var video = NewVideo(source, prompt, caller, clock.GetUtcNow(), tracking.Value.Deadline);
        return await admission.AdmitAsync(video, caller, cancellationToken);
    }

    private static Video NewVideo(Video source, string prompt, Caller caller, DateTimeOffset now, TimeSpan deadline) => new()
    {
        Id = Ids.New("video", now),
        Organization = caller.Organization,
        Project = caller.Project,
        User = caller.User,
        RetentionDays = caller.RetentionDays,
        Kind = "remix",
        Model = source.Model,
        Prompt = prompt,
        Size = source.Size,
        Seconds = source.Seconds,
        RemixedFromVideoId = source.Id,
        RemixOfUpstreamId = source.UpstreamId,
        Upstream = source.Upstream,
        UpstreamModel = source.UpstreamModel,
        Credential = source.Credential,
        Stage = VideoStage.Holding,
        StageSince = now,
        CreatedAt = now,
        DeadlineAt = now + deadline,
        NextActionAt = now + Sweeper.HoldingLimit,
        Traceparent = Activity.Current?.Id,
    };
}
