namespace Sora.Simulator.Characters;

/// <summary>Somebody who can appear in videos.</summary>
/// <param name="Id"><c>char_</c> and 48 hex digits.</param>
/// <param name="Name">What prompts call them, verbatim.</param>
/// <param name="CreatedAt">When the clip was uploaded.</param>
/// <param name="ClipSha256">Names the uploaded clip.</param>
internal sealed record Character(string Id, string Name, DateTimeOffset CreatedAt, string ClipSha256);

/// <summary>A character as an order remembers it.</summary>
/// <param name="Id">The character's id.</param>
/// <param name="Name">The name to write in the picture.</param>
/// <param name="ClipSha256">The clip, the first frame of which is shown.</param>
internal sealed record CastMember(string Id, string Name, string ClipSha256);

/// <summary>A character as the protocol shows it; it has no <c>object</c>.</summary>
internal sealed record CharacterResource(string Id, string Name, long CreatedAt)
{
    public static CharacterResource Of(Character character) =>
        new(character.Id, character.Name, character.CreatedAt.ToUnixTimeSeconds());
}
