using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;
using Sora.VideoService.Catalogue;
using Sora.VideoService.Requests;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Sources;

/// <summary>Videos that users bring to be edited or extended; StorageWorker measures and keeps them.</summary>
public sealed class SourceUploads(ModelCatalogue catalogue, StorageFiles files, NewVideo newVideo)
{
    /// <summary>
    /// An order without its operation's own parts, or what is wrong with the model or the file. With a file the client may
    /// name the model, as there is no video to take it from.
    /// </summary>
    public async Task<(VideoOrder? Order, ApiError? Error)> KeepAsync(
        RequestFields fields, UploadedFile file, string operation, string prompt, Caller caller,
        CancellationToken cancellationToken)
    {
        var modelId = catalogue.DefaultModel;
        if (CreateVideoRequest.ReadText(fields, "model", ref modelId) is { } mistake)
        {
            return (null, mistake);
        }

        if (!catalogue.TryFind(modelId, operation, out var model, out var error))
        {
            return (null, error);
        }

        if (!model.SourceFiles)
        {
            return (null, ApiError.Invalid(
                "video",
                $"The model '{modelId}' works on videos made here only: give 'video' as an object with 'id'.",
                "source_files_not_offered"));
        }

        var id = newVideo.NextId();
        var (video, refused) = await files.PutAsync<UploadedVideo>(
            $"/internal/uploads/{id}?use=source", () => StorageFiles.Content(file), caller, cancellationToken);
        return video is null ? (null, refused) : Order(id, modelId, model, operation, prompt, video);
    }

    private static (VideoOrder? Order, ApiError? Error) Order(
        string id, string modelId, ModelOptions model, string operation, string prompt, UploadedVideo video)
    {
        if (!model.Sizes.Contains(video.Size))
        {
            return (null, ApiError.Invalid(
                "video",
                $"The video is {video.Size}. Supported sizes for '{modelId}' are: {AllowedValues.List(model.Sizes)}."));
        }

        var order = new VideoOrder(
            operation,
            prompt,
            modelId,
            video.Size,
            video.Seconds,
            model.Upstream,
            model.UpstreamModel ?? modelId,
            model.Credential)
        {
            Id = id,
            HasUpload = true,
        };
        return (order, null);
    }
}

/// <summary>StorageWorker's answer: what the file is.</summary>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Milliseconds">Its length.</param>
public sealed record UploadedVideo(int Width, int Height, int Milliseconds)
{
    public string Size => $"{Width}x{Height}";

    /// <summary>The length in whole seconds, as the protocol and the prices have it.</summary>
    public int Seconds => Math.Max(1, (int)Math.Round(Milliseconds / 1000.0));
}
