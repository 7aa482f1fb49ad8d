using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using Polly;
using Sora.ServiceDefaults;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;
using Sora.Upstreams;

namespace Sora.VideoService.Videos;

/// <summary>Reference images, which StorageWorker checks and keeps under the video's id.</summary>
public sealed partial class References(ServiceClients services, ILogger<References> logger)
{
    private const string StorageWorker = "storage-worker";

    /// <summary>Keeps the image, or answers what is wrong with it. Repeating it changes nothing.</summary>
    public async Task<ApiError?> KeepAsync(
        Video video, ReferenceInput input, Caller caller, CancellationToken cancellationToken)
    {
        var path = new Uri($"/internal/references/{video.Id}?size={video.Size}", UriKind.Relative);
        try
        {
            using var response = await services.SendAsync(
                StorageWorker,
                () => new HttpRequestMessage(HttpMethod.Put, path) { Content = Content(video, input) },
                caller,
                cancellationToken);
            return response.IsSuccessStatusCode ? null : await ErrorAsync(response, cancellationToken);
        }
        catch (Exception exception) when (exception is HttpRequestException or ExecutionRejectedException)
        {
            Log.NotKept(logger, exception, video.Id);
            return NotKept();
        }
    }

    private static async Task<ApiError> ErrorAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.StatusCode is HttpStatusCode.BadRequest
            && await response.Content.ReadFromJsonAsync<ErrorEnvelope>(cancellationToken) is { Error: { } error })
        {
            return new ApiError(400, error.Type, error.Code, error.Param, error.Message);
        }

        return NotKept();
    }

    private static ApiError NotKept() =>
        ApiError.Unavailable("The reference image could not be stored. Please try again.");

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

        // A request disposes its content, and a repeated one needs the file again: only the form disposes that.
        file.Content.Position = 0;
        var reader = PipeReader.Create(file.Content, new StreamPipeReaderOptions(leaveOpen: true));
        return new StreamContent(reader.AsStream())
        {
            Headers =
            {
                ContentType = new MediaTypeHeaderValue("application/octet-stream"),
                ContentLength = file.Content.Length,
            },
        };
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "StorageWorker does not take the reference image of {VideoId}")]
        public static partial void NotKept(ILogger logger, Exception exception, string videoId);
    }
}
