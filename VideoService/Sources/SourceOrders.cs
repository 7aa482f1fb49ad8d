using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;
using Sora.VideoService.Requests;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Sources;

/// <summary>Reads what edits and extensions have in common: a prompt, and a video as an id or as a file.</summary>
public sealed class SourceOrders(SourceVideos videos, SourceUploads uploads)
{
    /// <summary>The order as the source gives it, or the first thing that is wrong with the request.</summary>
    /// <param name="fields">The request.</param>
    /// <param name="operation"><c>edit</c> or <c>extension</c>.</param>
    /// <param name="caller">The only one whose videos are found.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<(VideoOrder? Order, ApiError? Error)> ReadAsync(
        RequestFields fields, string operation, Caller caller, CancellationToken cancellationToken)
    {
        if (VideoPrompt.Read(fields, out var prompt) is { } promptError)
        {
            return (null, promptError);
        }

        if (SourceInput.Read(fields, out var input) is { } sourceError)
        {
            return (null, sourceError);
        }

        if (input.File is { } file)
        {
            return await uploads.KeepAsync(fields, file, operation, prompt, caller, cancellationToken);
        }

        var (source, unusable) = await videos.FindAsync(
            input.Id!, operation, SourceInput.IdParam, caller, cancellationToken);
        return source is null ? (null, unusable) : (VideoOrder.From(source, operation, prompt), null);
    }
}
