using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;
using Sora.VideoService.Creates;
using Sora.VideoService.Requests;

namespace Sora.VideoService.Videos;

/// <summary>
/// <c>POST /v1/videos/{id}/remix</c>: a new video from a finished one, with its model, size and length.
/// </summary>
public static class RemixVideo
{
    public static async Task<IResult> HandleAsync(
        string id,
        HttpRequest request,
        Caller caller,
        ServiceDatabase database,
        NewVideo newVideo,
        AdmitVideo admission,
        CreateOnce creates,
        CancellationToken cancellationToken)
    {
        var (fields, unreadable) = await RequestFields.ReadAsync(request, cancellationToken);
        if (fields is null)
        {
            return unreadable!;
        }

        await using var ownedFields = fields;
        var (intent, refused) = await CreateIntent.ReadAsync(request, fields, caller, cancellationToken);
        return intent is null ? refused! : await creates.RunAsync(intent, caller, MakeAsync, cancellationToken);

        async Task<IResult?> MakeAsync()
        {
            if (VideoPrompt.Read(fields, out var prompt) is { } mistake)
            {
                return mistake;
            }

            if (await FindVideo.ByIdAsync(database, id, caller, cancellationToken) is not { } source)
            {
                return FindVideo.NotFound(id);
            }

            return source.Stage is VideoStage.Ready
                ? await admission.AdmitAsync(newVideo.For(Order(source, prompt), caller), intent, caller, cancellationToken)
                : NotCompleted(source);
        }
    }

    private static ApiError NotCompleted(Video source) => ApiError.Invalid(
        "video_id",
        $"Only a completed video can be remixed; '{source.Id}' is {source.Stage.PublicStatus()}.",
        "video_not_completed");

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
