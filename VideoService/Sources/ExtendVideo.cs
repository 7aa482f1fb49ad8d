using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;
using Sora.VideoService.Catalogue;
using Sora.VideoService.Creates;
using Sora.VideoService.Requests;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Sources;

/// <summary>
/// <c>POST /v1/videos/extensions</c>: a completed or uploaded video and a new piece after it, as one clip. It costs the
/// seconds of the piece; its <c>seconds</c> are those of the whole.
/// </summary>
public static class ExtendVideo
{
    /// <summary>The protocol's limits (openai-videos 1.8).</summary>
    private const int MostExtensions = 6;
    private const int MostSeconds = 120;

    public static async Task<IResult> HandleAsync(
        HttpRequest request,
        Caller caller,
        ModelCatalogue catalogue,
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
            if (fields.All("seconds").Count == 0)
            {
                return ApiError.Missing("seconds");
            }

            var (order, mistake) = await orders.ReadAsync(fields, "extension", caller, cancellationToken);
            if (order is null)
            {
                return mistake;
            }

            if (VideoSeconds.Read(fields, catalogue.All[order.Model], absent: null, out var seconds) is { } secondsError)
            {
                return secondsError;
            }

            return Excess(order, seconds) is { } excess
                ? excess
                : await admission.AdmitAsync(newVideo.For(Extended(order, seconds), caller), intent, caller, cancellationToken);
        }
    }

    private static VideoOrder Extended(VideoOrder order, int seconds) =>
        order with { Seconds = order.Seconds + seconds, NewSeconds = seconds };

    private static ApiError? Excess(VideoOrder order, int seconds)
    {
        if (order.Source?.Extensions >= MostExtensions)
        {
            return ApiError.Invalid(
                SourceInput.IdParam,
                $"The video was extended {MostExtensions} times already; a video can be extended {MostExtensions} times.",
                "extension_limit_reached");
        }

        return order.Seconds + seconds <= MostSeconds ? null : ApiError.Invalid(
            "seconds",
            $"The extended video would have {order.Seconds + seconds} seconds: "
            + $"it has {order.Seconds} and may have {MostSeconds}.");
    }
}
