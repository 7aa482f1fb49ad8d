namespace Sora.Simulator.Videos;

/// <summary><c>DELETE /v1/videos/{id}</c>; a video that still runs is cancelled by it.</summary>
internal static class DeleteVideo
{
    public static IResult Handle(string id, VideoStore store) => store.Remove(id)
        ? Results.Json(new { Id = id, Object = "video.deleted", Deleted = true })
        : GetVideo.NotFound(id);
}
