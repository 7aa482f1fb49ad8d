using System.Text.Json.Serialization;
using Polly;
using Sora.ServiceDefaults;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Identity;

namespace Sora.VideoService.Videos;

/// <summary>
/// <c>DELETE /v1/videos/{id}</c>: invisible at once; the bytes follow. A running job is cancelled, and nothing is charged
/// unless its render is already finished or its upstream bills what was begun.
/// </summary>
public static partial class DeleteVideo
{
    public static async Task<IResult> HandleAsync(
        string id,
        Caller caller,
        ServiceDatabase database,
        OwnersWish wish,
        ServiceClients services,
        ILogger<OwnersWish> logger,
        CancellationToken cancellationToken)
    {
        if (await FindVideo.ByIdAsync(database, id, caller, cancellationToken) is null)
        {
            return FindVideo.NotFound(id);
        }

        await wish.ApplyAsync(id, new VideoFact.Deleted(), "video.deleted", caller, cancellationToken);
        await HideAsync(id, caller, services, logger, cancellationToken);
        return Results.Ok(new DeletedVideo(id, "video.deleted", true));
    }

    /// <summary>
    /// So that the content is gone with the answer; the message that left with the commit is the guarantee.
    /// </summary>
    private static async Task HideAsync(
        string id, Caller caller, ServiceClients services, ILogger logger, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await services.SendAsync(
                "storage-worker",
                () => new HttpRequestMessage(
                    HttpMethod.Post, new Uri($"/internal/clips/{id}/hide", UriKind.Relative))
                {
                    Content = JsonContent.Create(new { command_id = id }),
                },
                caller,
                cancellationToken);
        }
        catch (Exception exception) when (exception is HttpRequestException or ExecutionRejectedException)
        {
            Log.NotHiddenYet(logger, exception, id);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Warning,
            Message = "StorageWorker does not answer; the clip of {VideoId} goes with the message")]
        public static partial void NotHiddenYet(ILogger logger, Exception exception, string videoId);
    }
}

/// <summary>The protocol's answer to a delete.</summary>
public sealed record DeletedVideo(string Id, [property: JsonPropertyName("object")] string Kind, bool Deleted);
