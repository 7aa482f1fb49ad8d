using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;
using Sora.Upstreams;

namespace Sora.VideoService.Videos;

/// <summary>Reference images, which StorageWorker checks and keeps under the video's id.</summary>
public sealed class References(StorageFiles files)
{
    /// <summary>Keeps the image, or answers what is wrong with it. Repeating it changes nothing.</summary>
    public async Task<ApiError?> KeepAsync(
        Video video, ReferenceInput input, Caller caller, CancellationToken cancellationToken)
    {
        var (_, error) = await files.PutAsync<KeptImage>(
            $"{Path(video)}?size={video.Size}",
            () => input.File is { } file
                ? StorageFiles.Content(file)
                : JsonContent.Create(new { command_id = video.Id, image_url = input.ImageUrl }),
            caller,
            cancellationToken);
        return error;
    }

    /// <summary>The image for a submission. Throws <see cref="HttpRequestException"/> when it cannot be had.</summary>
    public async Task<ReferenceImage> ReadAsync(Video video, CancellationToken cancellationToken)
    {
        using var response = await files.GetAsync(video, Path(video), cancellationToken);
        response.EnsureSuccessStatusCode();
        return new ReferenceImage(
            response.Content.Headers.ContentType!.MediaType!,
            await response.Content.ReadAsByteArrayAsync(cancellationToken));
    }

    private static string Path(Video video) => $"/internal/references/{video.Id}";

    private sealed record KeptImage(string ContentType, int Width, int Height);
}
