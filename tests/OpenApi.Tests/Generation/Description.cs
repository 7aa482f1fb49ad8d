using System.Text.Json.Nodes;
using Sora.TestServers.Platform;

namespace Sora.OpenApi.Tests.Generation;

/// <summary>
/// What code cannot say, in <c>Descriptions/*.json</c>, one file for each tag: how operations read and what they take
/// (<c>operations</c>, by operation id), examples and allowed values (<c>schemas</c>, by name). Both are merge patches
/// (RFC 7396) of what the code says; <see cref="OperationPatch"/> knows the two short forms.
/// </summary>
/// <param name="Tag">The file's name, as in <c>videos</c>.</param>
/// <param name="Root">Its content.</param>
internal sealed record Description(string Tag, JsonObject Root)
{
    /// <summary>Every file.</summary>
    public static IReadOnlyList<Description> All { get; } =
    [
        .. Directory.GetFiles(Path.Combine(Repository.Root, "tests", "OpenApi.Tests", "Descriptions"), "*.json")
            .Order(StringComparer.Ordinal)
            .Select(file => new Description(
                Path.GetFileNameWithoutExtension(file), JsonNode.Parse(File.ReadAllText(file))!.AsObject())),
    ];

    /// <summary>The heading under which its operations stand.</summary>
    public string Title => Root["tag"]!.GetValue<string>();

    /// <summary>Operation ids and their patches.</summary>
    public JsonObject Operations => Root["operations"]!.AsObject();

    /// <summary>Schemas and their patches, which for one that no type stands behind is the schema itself.</summary>
    public JsonObject Schemas => Root["schemas"]?.AsObject() ?? [];

    /// <summary>Merges a patch into a target by RFC 7396: objects member by member, null removes, all else replaces.</summary>
    public static void Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is null)
            {
                target.Remove(name);
            }
            else if (value is JsonObject inner && target[name] is JsonObject existing)
            {
                Merge(existing, inner);
            }
            else
            {
                target[name] = value.DeepClone();
            }
        }
    }
}
