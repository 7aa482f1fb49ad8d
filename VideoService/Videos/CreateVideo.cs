using Sora.ServiceDefaults.Identity;
using Sora.VideoService.Catalogue;
using Sora.VideoService.Creates;
using Sora.VideoService.Requests;

namespace Sora.VideoService.Videos;

/// <summary><c>POST /v1/videos</c>: read and check the request, keep its reference image, take the job in.</summary>
public static class CreateVideo
{
    public static async Task<IResult> HandleAsync(
        HttpRequest request,
        Caller caller,
        CreateVideoRequests requests,
        NewVideo newVideo,
        References references,
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
            var (create, mistake) = await requests.ReadAsync(fields, caller, cancellationToken);
            if (create is null)
            {
                return mistake;
            }

            if (ModelAllowance.Refuse(caller, create.ModelId) is { } refusal)
            {
                return refusal;
            }

            var video = newVideo.For(Order(create), caller);
            if (create.Reference is { } reference
                && await references.KeepAsync(video, reference, caller, cancellationToken) is { } imageError)
            {
                return imageError;
            }

            return await admission.AdmitAsync(video, intent, caller, cancellationToken);
        }
    }

    private static VideoOrder Order(CreateVideoRequest create) => new(
        "create",
        create.Prompt,
        create.ModelId,
        create.Size,
        create.Seconds,
        create.Model.Upstream,
        create.Model.UpstreamModel ?? create.ModelId,
        create.Model.Credential)
    {
        HasReference = create.Reference is not null,
        CharacterUpstreamIds = create.CharacterUpstreamIds,
    };
}
