using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Polly;
using Sora.ServiceDefaults;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;
using Sora.VideoService.Requests;

namespace Sora.VideoService.Videos;

/// <summary>Files that StorageWorker checks and keeps for us under an id of ours.</summary>
public sealed partial class StorageFiles(
    ServiceClients services, IOptions<JsonOptions> json, ILogger<StorageFiles> logger)
{
    private const string StorageWorker = "storage-worker";

    /// <summary>Hands a file over: what was kept, or what is wrong with it. Repeating it changes nothing.</summary>
    /// <param name="path">Where to, below StorageWorker's address.</param>
    /// <param name="content">The body, made afresh for each attempt.</param>
    /// <param name="caller">On whose behalf.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<(T? Kept, ApiError? Error)> PutAsync<T>(
        string path, Func<HttpContent> content, Caller caller, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            using var response = await services.SendAsync(
                StorageWorker,
                () => new HttpRequestMessage(HttpMethod.Put, new Uri(path, UriKind.Relative)) { Content = content() },
                caller,
                cancellationToken);
            return response.IsSuccessStatusCode
                ? (await response.Content.ReadFromJsonAsync<T>(json.Value.SerializerOptions, cancellationToken), null)
                : (null, await ErrorAsync(response, cancellationToken));
        }
        catch (Exception exception) when (exception is HttpRequestException or ExecutionRejectedException)
        {
            Log.NotKept(logger, exception, path);
            return (null, NotKept());
        }
    }

    /// <summary>
    /// Opens a file on behalf of a job's owner. Throws <see cref="HttpRequestException"/> or a timeout when StorageWorker
    /// does not answer; the answer's status is the caller's to judge.
    /// </summary>
    public Task<HttpResponseMessage> GetAsync(Video video, string path, CancellationToken cancellationToken) =>
        services.SendAsync(
            StorageWorker,
            () => new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative)),
            Caller.ForJob(video.User, video.Organization, video.Project),
            cancellationToken);

    /// <summary>An uploaded file as a body.</summary>
    public static HttpContent Content(UploadedFile file)
    {
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

    private static async Task<ApiError> ErrorAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.StatusCode is HttpStatusCode.BadRequest
            && await response.Content.ReadFromJsonAsync<ErrorEnvelope>(cancellationToken) is { Error: { } error })
        {
            return new ApiError(400, error.Type, error.Code, error.Param, error.Message);
        }

        return NotKept();
    }

    private static ApiError NotKept() => ApiError.Unavailable("The file could not be stored. Please try again.");

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "StorageWorker does not take the file for {Path}")]
        public static partial void NotKept(ILogger logger, Exception exception, string path);
    }
}
