using Microsoft.AspNetCore.Mvc;
using Sora.Simulator.Videos;

namespace Sora.Simulator.Characters;

/// <summary>Characters: uploaded once, named in prompts.</summary>
internal static class CharactersModule
{
    public static void AddCharacters(this IServiceCollection services) => services.AddSingleton<CharacterStore>();

    public static void MapCharacters(this RouteGroupBuilder videos)
    {
        videos.MapPost("/characters", CreateCharacter.HandleAsync)
            .WithMetadata(new RequestSizeLimitAttribute(VideoForm.MaxVideoBody))
            .WithName("CreateCharacter").WithSummary("Keeps a short clip of somebody and their name.");
        videos.MapGet("/characters/{id}", Get)
            .WithName("GetCharacter").WithSummary("Shows a character.");
    }

    private static IResult Get(string id, CharacterStore characters) => characters.TryFind(id, out var character)
        ? Results.Json(CharacterResource.Of(character))
        : CharacterStore.NotFound(id);
}
