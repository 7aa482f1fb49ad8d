namespace Sora.VideoService.Characters;

/// <summary>Somebody who can appear in videos of a project: one row of <c>characters</c>.</summary>
public sealed record Character
{
    /// <summary>The columns as a query must name them.</summary>
    public const string Columns =
        """
        id, organization, project, "user", name, upstream, credential, upstream_id, created_at
        """;

    public required string Id { get; init; }

    public required string Organization { get; init; }

    public required string Project { get; init; }

    public required string User { get; init; }

    /// <summary>What prompts call them, verbatim: 1 to 80 characters.</summary>
    public required string Name { get; init; }

    /// <summary>Who has the character; videos with it can be made there only.</summary>
    public required string Upstream { get; init; }

    public required string Credential { get; init; }

    /// <summary>The upstream's id; never shown to clients.</summary>
    public required string UpstreamId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A character as the protocol shows it; it has no <c>object</c> (openai-videos 1.9).</summary>
/// <param name="Id">Its id, <c>char_…</c>.</param>
/// <param name="Name">What prompts call it, verbatim.</param>
/// <param name="CreatedAt">Unix seconds.</param>
public sealed record CharacterResource(string Id, string Name, long CreatedAt)
{
    public static CharacterResource From(Character character) =>
        new(character.Id, character.Name, character.CreatedAt.ToUnixTimeSeconds());
}
