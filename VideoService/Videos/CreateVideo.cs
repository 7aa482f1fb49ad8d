using System.Diagnostics;
using Microsoft.Extensions.Options;
using Sora.ServiceDefaults;
using Sora.ServiceDefaults.Identity;
using Sora.VideoService.Catalogue;
using Sora.VideoService.Requests;
using Sora.VideoService.Tracking;

namespace Sora.VideoService.Videos;

/// <summary><c>POST /v1/videos</c>: read and check the request, keep its reference image, take the job in.</summary>
public static class CreateVideo
{
    public static async Task<IResult> HandleAsync(
        HttpRequest request,
        Caller caller,
        IOptionsMonitor<CatalogueOptions> catalogue,
        IOptions<TrackingOptions> tracking,
        References references,
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
        var (create, mistake) = CreateVideoRequest.Parse(fields, catalogue.CurrentValue);
        if (create is null)
        {
            return mistake!;
        }

        var video = NewVideo(create, caller, clock.GetUtcNow(), tracking.Value.Deadline);
        if (create.Reference is { } reference
            && await references.KeepAsync(video, reference, caller, cancellationToken) is { } imageError)
        {
            return imageError;
        }

        return await admission.AdmitAsync(video, caller, cancellationToken);
    }

    private static Video NewVideo(CreateVideoRequest create, Caller caller, DateTimeOffset now, TimeSpan deadline) => new()
    {
        Id = Ids.New("video", now),
        Organization = caller.Organization,
        Project = caller.Project,
        User = caller.User,
        RetentionDays = caller.RetentionDays,
        Kind = "create",
        Model = create.ModelId,
        Prompt = create.Prompt,
        Size = create.Size,
        Seconds = create.Seconds,
        HasReference = create.Reference is not null,
        Upstream = create.Model.Upstream,
        UpstreamModel = create.Model.UpstreamModel ?? create.ModelId,
        Credential = create.Model.Credential,
        Stage = VideoStage.Holding,
        StageSince = now,
        CreatedAt = now,
        DeadlineAt = now + deadline,
        NextActionAt = now + Sweeper.HoldingLimit,
        Traceparent = Activity.Current?.Id,
    };
}
