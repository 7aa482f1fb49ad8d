using Sora.ServiceDefaults.Identity;
using Sora.VideoService.Creates;
using Sora.VideoService.Requests;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Sources;

/// <summary>
/// <c>POST /v1/videos/edits</c>: a completed or uploaded video, changed as the prompt says. It keeps model, size and length,
/// and costs that length.
/// </summary>
public static class EditVideo
{
    public static async Task<IResult> HandleAsync(
        HttpRequest request,
        Caller caller,
        SourceOrders orders,
        NewVideo newVideo,
        AdmitVideo admission,
        CreateOnce creates,
        CancellationToken cancellationToken)
    {
        var (fields, unreadable) = await RequestFields.ReadAsync(request, cancellationToken, RequestLimits.Video);
        if (fields is null)
        {
            return unreadable!;
        }

        await using var ownedFields = fields;
        var (intent, refused) = await CreateIntent.ReadAsync(request, fields, caller, cancellationToken);
        return intent is null ? refused! : await creates.RunAsync(intent, caller, MakeAsync, cancellationToken);

        async Task<IResult?> MakeAsync()
        {
            var (order, mistake) = await orders.ReadAsync(fields, "edit", caller, cancellationToken);
            return order is null
                ? mistake
                : await admission.AdmitAsync(newVideo.For(order, caller), intent, caller, cancellationToken);
        }
    }
}
