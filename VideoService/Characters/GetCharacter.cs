using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Identity;

namespace Sora.VideoService.Characters;

/// <summary><c>GET /v1/videos/characters/{id}</c>.</summary>
public static class GetCharacter
{
    public static async Task<IResult> HandleAsync(
        string id, Caller caller, ServiceDatabase database, CancellationToken cancellationToken)
    {
        var found = await FindCharacter.AllAsync(database, [id], caller, cancellationToken);
        return found is [var character]
            ? Results.Ok(CharacterResource.From(character))
            : FindCharacter.NotFound(id, null);
    }
}
