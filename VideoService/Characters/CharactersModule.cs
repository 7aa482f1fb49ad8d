using Microsoft.AspNetCore.Mvc;
using Sora.ServiceDefaults.Identity;
using Sora.VideoService.Requests;

namespace Sora.VideoService.Characters;

/// <summary>Characters: uploaded once, named in prompts.</summary>
public static class CharactersModule
{
    public static WebApplicationBuilder AddCharacters(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<Cast>();
        builder.Services.AddSingleton<CreateCharacter>();
        return builder;
    }

    public static WebApplication MapCharacters(this WebApplication app)
    {
        var characters = app.MapGroup("/v1/videos/characters").WithTags("Characters")
            .WithMetadata(new RequestSizeLimitAttribute(RequestLimits.VideoBody));
        characters.MapPost("", Create)
            .Produces<CharacterResource>().WithName("createCharacter").WithSummary("Create a character from a short clip");
        characters.MapGet("/{id}", GetCharacter.HandleAsync)
            .Produces<CharacterResource>().WithName("getCharacter").WithSummary("Retrieve a character");
        return app;
    }

    private static Task<IResult> Create(
        HttpRequest request, Caller caller, CreateCharacter create, CancellationToken cancellationToken) =>
        create.HandleAsync(request, caller, cancellationToken);
}
