using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;
using Sora.VideoService.Catalogue;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Sources;

/// <summary>Videos of ours that others are made from.</summary>
public sealed class SourceVideos(ServiceDatabase database, ModelCatalogue catalogue, SourceDelivery delivery)
{
    /// <summary>
    /// The caller's completed video, the model of which offers the operation; or what is wrong with it. Nothing is held
    /// yet.
    /// </summary>
    /// <param name="id">The video's id, as the client gave it.</param>
    /// <param name="operation"><c>remix</c>, <c>edit</c> or <c>extension</c>.</param>
    /// <param name="param">The field that holds the id.</param>
    /// <param name="caller">The only one whose videos are found.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<(Video? Source, ApiError? Error)> FindAsync(
        string id, string operation, string param, Caller caller, CancellationToken cancellationToken)
    {
        if (await FindVideo.ByIdAsync(database, id, caller, cancellationToken) is not { } source)
        {
            return (null, FindVideo.NotFound(id, operation is "remix" ? null : param));
        }

        if (source.Stage is not VideoStage.Ready)
        {
            return (null, ApiError.Invalid(
                param,
                $"{Sentence(operation)}; '{id}' is {source.Stage.PublicStatus()}.",
                "video_not_completed"));
        }

        if (!catalogue.TryFind(source.Model, operation, out _, out var error))
        {
            return (null, error);
        }

        return operation is "remix" || await delivery.IsPossibleAsync(source, cancellationToken)
            ? (source, null)
            : (null, ApiError.Invalid(
                param, $"The video '{id}' can no longer be used as a source: its content has expired.", "video_expired"));
    }

    private static string Sentence(string operation) => operation switch
    {
        "edit" => "Only a completed video can be edited",
        "extension" => "Only a completed video can be extended",
        _ => "Only a completed video can be remixed",
    };
}
