using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;
using Sora.VideoService.Requests;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Characters;

/// <summary>Who appears in a new video: the caller's characters, named in the prompt, at home where it is rendered.</summary>
public sealed class Cast(ServiceDatabase database)
{
    private const string Param = "characters";

    /// <summary>The characters in the order of the request, or what is wrong with one of them.</summary>
    public async Task<(IReadOnlyList<Character>? Characters, ApiError? Error)> FindAsync(
        CreateVideoRequest create, Caller caller, CancellationToken cancellationToken)
    {
        var found = (await FindCharacter.AllAsync(database, create.Characters, caller, cancellationToken))
            .ToDictionary(character => character.Id);
        var cast = new List<Character>();
        foreach (var id in create.Characters)
        {
            if (!found.TryGetValue(id, out var character))
            {
                return (null, FindCharacter.NotFound(id, Param));
            }

            if (FindProblem(create, character) is { } problem)
            {
                return (null, problem);
            }

            cast.Add(character);
        }

        return (cast, null);
    }

    private static ApiError? FindProblem(CreateVideoRequest create, Character character)
    {
        if (!create.Prompt.Contains(character.Name, StringComparison.Ordinal))
        {
            return ApiError.Invalid(
                "prompt",
                $"The prompt must contain the character's name as it was given: '{AllowedValues.Shown(character.Name)}'.",
                "character_not_in_prompt");
        }

        return (character.Upstream, character.Credential) == (create.Model.Upstream, create.Model.Credential)
            ? null
            : ApiError.Invalid(
                Param,
                $"The character '{character.Id}' is not known to the model '{create.ModelId}': "
                + "it was made for a model that is rendered elsewhere.",
                "character_not_available");
    }
}
