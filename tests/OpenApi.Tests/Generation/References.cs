using System.Text.Json.Nodes;

namespace Sora.OpenApi.Tests.Generation;

/// <summary>Follows <c>$ref</c>.</summary>
internal static class References
{
    private const string Schemas = "#/components/schemas/";

    /// <summary>The names of the schemas that are referred to anywhere inside.</summary>
    public static IEnumerable<string> In(JsonNode node) => node switch
    {
        JsonObject json => json.SelectMany(member => member is { Key: "$ref", Value: JsonValue value }
            ? Name(value.GetValue<string>())
            : member.Value is null ? [] : In(member.Value)),
        JsonArray items => items.SelectMany(item => item is null ? [] : In(item)),
        _ => [],
    };

    /// <summary>What a node stands for: itself, or the component that it refers to.</summary>
    public static JsonObject Resolve(JsonObject root, JsonNode node)
    {
        if (node["$ref"]?.GetValue<string>() is not { } path)
        {
            return node.AsObject();
        }

        JsonNode target = root;
        foreach (var part in path[2..].Split('/'))
        {
            target = target[part] ?? throw new InvalidOperationException($"{path} leads nowhere.");
        }

        return target.AsObject();
    }

    private static IEnumerable<string> Name(string path) =>
        path.StartsWith(Schemas, StringComparison.Ordinal) ? [path[Schemas.Length..]] : [];
}
