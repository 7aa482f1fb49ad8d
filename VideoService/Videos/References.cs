using System.Net.Http.Headers;
using Sora.ServiceDefaults;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;
using Sora.Upstreams;

namespace Sora.VideoService.Videos;

/// <summary>Reference images, which StorageWorker checks and keeps under the video's id.</summary>
public sealed class References(ServiceClients services)
{
    private const string StorageWorker = "storage-worker";

    /// <summary>Keeps the image, or answers what is wrong with it. Repeating it changes nothing.</summary>
    public async Task<ApiError?> KeepAsync(
        Video video, ReferenceInput input, Caller caller, CancellationToken cancellationToken)
    {
        var path = new Uri($"/internal/references/{video.Id}?size={video.Size}", UriKind.Relative);
        using var response = await services.SendAsync(
            StorageWorker,
            () => new HttpRequestMessage(HttpMethod.Put, path) { Content = Content(video, input) },
            caller,
            cancellationToken);
        if (response.IsSuccessStatusCode)
        {
            return null;
        }

        if (response.StatusCode is System.Net.HttpStatusCode.BadRequest
            && await response.Content.ReadFromJsonAsync<ErrorEnvelope>(cancellationToken) is { Error: { } error })
        {
            return new ApiError(400, error.Type, error.Code, error.Param, error.Message);
        }

        return ApiError.Unavailable("The reference image could not be stored. Please try again.");
    }

    /// <summary>The image for a submission. Throws <see cref="HttpRequestException"/> when it cannot be had.</summary>
    public async Task<ReferenceImage> ReadAsync(Video video, CancellationToken cancellationToken)
    {
        var path = new Uri($"/internal/references/{video.Id}", UriKind.Relative);
        using var response = await services.SendAsync(
            StorageWorker,
            () => new HttpRequestMessage(HttpMethod.Get, path),
            Caller.ForJob(video.User, video.Organization, video.Project),
            cancellationToken);
        response.EnsureSuccessStatusCode();
        return new ReferenceImage(
            response.Content.Headers.ContentType!.MediaType!,
            await response.Content.ReadAsByteArrayAsync(cancellationToken));
    }

    private static HttpContent Content(Video video, ReferenceInput input)
    {
        if (input.File is not { } file)
        {
            return JsonContent.Create(new { command_id = video.Id, image_url = input.ImageUrl });
        }

        // Only a connection that could not be made is tried again, so the stream is read once; its owner disposes it.
        file.Content.Position = 0;
        return new StreamContent(file.Content)
        {
            Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") },
        };
    }
}
