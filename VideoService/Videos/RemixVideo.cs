using Sora.ServiceDefaults.Identity;
using Sora.VideoService.Creates;
using Sora.VideoService.Requests;
using Sora.VideoService.Sources;

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
        SourceVideos sources,
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

            var (source, unusable) = await sources.FindAsync(id, "remix", "video_id", caller, cancellationToken);
            return source is null
                ? unusable
                : await admission.AdmitAsync(
                    newVideo.For(VideoOrder.From(source, "remix", prompt), caller), intent, caller, cancellationToken);
        }
    }
}
