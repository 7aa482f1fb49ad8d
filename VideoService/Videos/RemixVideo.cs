using Sora.ServiceDefaults.Identity;
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

        var (source, unusable) = await sources.FindAsync(id, "remix", "video_id", caller, cancellationToken);
        return source is null
            ? unusable!
            : await admission.AdmitAsync(
                newVideo.For(VideoOrder.From(source, "remix", prompt), caller), caller, cancellationToken);
    }
}
