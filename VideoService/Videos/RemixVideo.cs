using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;
using Sora.VideoService.Requests;

namespace Sora.VideoService.Videos;

/// <summary><c>POST /v1/videos/{id}/remix</c>: a new video from a finished one, with its model, size and length.</summary>
public static class RemixVideo
{
    public static async Task<IResult> HandleAsync(
        string id,
        HttpRequest request,
        Caller caller,
        ServiceDatabase database,
        NewVideo newVideo,
        AdmitVideo admission,
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

        return source.Stage is VideoStage.Ready
            ? await admission.AdmitAsync(newVideo.For(Order(source, prompt), caller), caller, cancellationToken)
            : ApiError.Invalid(
                "video_id",
                $"Only a completed video can be remixed; '{id}' is {source.Stage.PublicStatus()}.",
                "video_not_completed");
    }

    private static VideoOrder Order(Video source, string prompt) => new(
        "remix",
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
