using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;
using Sora.VideoService.Catalogue;
using Sora.VideoService.Characters;
using Sora.VideoService.Requests;

namespace Sora.VideoService.Videos;

/// <summary>Reads creates: what the form says by itself, then who of the caller's characters appears.</summary>
public sealed class CreateVideoRequests(ModelCatalogue catalogue, Cast cast)
{
    /// <summary>The request, complete, or the first thing that is wrong with it.</summary>
    public async Task<(CreateVideoRequest? Request, ApiError? Error)> ReadAsync(
        RequestFields fields, Caller caller, CancellationToken cancellationToken)
    {
        var (create, mistake) = CreateVideoRequest.Parse(fields, catalogue);
        if (create is null)
        {
            return (null, mistake);
        }

        var (characters, unknown) = await cast.FindAsync(create, caller, cancellationToken);
        return characters is null
            ? (null, unknown)
            : (create with { CharacterUpstreamIds = [.. characters.Select(character => character.UpstreamId)] }, null);
    }
}
