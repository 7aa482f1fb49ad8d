using Sora.ServiceDefaults.Errors;
using Sora.Simulator.Rendering;

namespace Sora.Simulator.Videos;

/// <summary>The video that an edit or an extension starts from: <c>video[id]</c>, or an uploaded <c>video</c>.</summary>
internal sealed class SourceInput(VideoStore store, UploadedFiles files, TimeProvider clock)
{
    private const string Field = "video";
    private const string IdField = $"{Field}[id]";

    /// <summary>The source; the second value is null exactly when the first is not.</summary>
    public async Task<(VideoSource? Source, ApiError? Problem)> ReadAsync(
        VideoForm form,
        CancellationToken cancellationToken)
    {
        var file = form.Files.GetValueOrDefault(Field);
        if (form.Texts.TryGetValue(IdField, out var id))
        {
            return file is null ? Find(id) : (null, ApiError.Invalid(Field, "Give 'video' as an id or as a file, not both."));
        }

        return file is null ? (null, ApiError.Missing(Field)) : await ReadAsync(form, file, cancellationToken);
    }

    private (VideoSource? Source, ApiError? Problem) Find(string id)
    {
        if (!store.TryFind(id, out var video))
        {
            return (null, GetVideo.NotFound(id));
        }

        if (!video.HasClip)
        {
            return (null, ApiError.Invalid("video.id", $"Video '{id}' is not completed.", "video_not_ready"));
        }

        return clock.GetUtcNow() >= video.ExpiresAt
            ? (null, ApiError.NotFound("The content of this video has expired.", "video_expired", "video.id"))
            : (new VideoSource(id, video.Order), null);
    }

    private async Task<(VideoSource? Source, ApiError? Problem)> ReadAsync(
        VideoForm form,
        byte[] file,
        CancellationToken cancellationToken)
    {
        if (await files.KeepVideoAsync(file, cancellationToken) is not { } video)
        {
            return (null, ApiError.Invalid(Field, "The file is no video that can be read.", "invalid_video"));
        }

        var model = form.Texts.GetValueOrDefault("model", VideoCatalogue.DefaultModel);
        var problem = VideoOrder.ModelProblem(model)
            ?? VideoOrder.ValueProblem(Field, video.Size, VideoCatalogue.Sizes(model));
        var seconds = (int)Math.Max(1, Math.Round(video.Seconds));
        return problem is null
            ? (new VideoSource(null, new VideoOrder(model, "", video.Size, seconds, ReferenceSha256: video.Sha256)
            {
                Operation = VideoOperation.Upload,
            }), null)
            : (null, problem);
    }
}

/// <summary>What is to be edited or extended.</summary>
/// <param name="Id">Its id, or null for an uploaded one.</param>
/// <param name="Order">What it was ordered as.</param>
internal sealed record VideoSource(string? Id, VideoOrder Order);
