using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Sora.ServiceDefaults.Errors;

namespace Sora.Simulator.Characters;

/// <summary>All characters, in memory and as one JSON file each, so that a restart loses none.</summary>
internal sealed class CharacterStore
{
    /// <summary>The protocol's limit in one video.</summary>
    private const int MostInOneVideo = 2;

    private readonly ConcurrentDictionary<string, Character> _characters = new();
    private readonly string _folder;

    public CharacterStore(IOptions<SimulatorOptions> options)
    {
        _folder = Path.Combine(options.Value.DataFolder, "characters");
        Directory.CreateDirectory(_folder);
        foreach (var path in Directory.EnumerateFiles(_folder, "char_*.json"))
        {
            var character = JsonSerializer.Deserialize<Character>(File.ReadAllBytes(path), SimulatorJson.Options)!;
            _characters[character.Id] = character;
        }
    }

    public bool TryFind(string id, [NotNullWhen(true)] out Character? character) =>
        _characters.TryGetValue(id, out character);

    public async Task AddAsync(Character character, CancellationToken cancellationToken)
    {
        var path = Path.Combine(_folder, $"{character.Id}.json");
        var json = JsonSerializer.SerializeToUtf8Bytes(character, SimulatorJson.Options);
        await File.WriteAllBytesAsync($"{path}.new", json, cancellationToken);
        File.Move($"{path}.new", path);
        _characters[character.Id] = character;
    }

    /// <summary>The cast of a video: known characters, at most two, each named in the prompt.</summary>
    public bool TryCast(
        IReadOnlyList<string> ids,
        string prompt,
        out IReadOnlyList<CastMember> cast,
        [NotNullWhen(false)] out ApiError? problem)
    {
        (cast, problem) = ([], null);
        if (ids.Count > MostInOneVideo)
        {
            problem = ApiError.Invalid("characters", $"At most {MostInOneVideo} characters can appear in one video.");
            return false;
        }

        var members = new List<CastMember>();
        foreach (var id in ids)
        {
            if (!TryFind(id, out var character))
            {
                problem = NotFound(id);
                return false;
            }

            if (!prompt.Contains(character.Name, StringComparison.Ordinal))
            {
                problem = ApiError.Invalid("prompt", $"The prompt must contain the character's name, '{character.Name}'.");
                return false;
            }

            members.Add(new CastMember(character.Id, character.Name, character.ClipSha256));
        }

        cast = members;
        return true;
    }

    public static ApiError NotFound(string id) =>
        ApiError.NotFound($"Character with id '{id}' not found.", "character_not_found", "characters");
}
