using System.Text.Json.Nodes;

namespace Sora.OpenApi.Tests.Generation;

/// <summary>
/// Shows an example with every JSON body: that of its schema, which stands in <c>Descriptions</c> once; of a page, one made
/// from its item's.
/// </summary>
internal static class Examples
{
    /// <summary>Adds them where there is none yet.</summary>
    public static void AddTo(JsonObject root)
    {
        foreach (var (_, path) in root["paths"]!.AsObject())
        {
            foreach (var (_, operation) in path!.AsObject())
            {
                foreach (var content in Contents(operation!))
                {
                    if (content["example"] is null && content["examples"] is null
                        && Of(root, content["schema"]) is { } example)
                    {
                        content["example"] = example;
                    }
                }
            }
        }
    }

    /// <summary>The content of an operation's request and of its own answers.</summary>
    public static IEnumerable<JsonObject> Contents(JsonNode operation) =>
        operation["responses"]!.AsObject().Select(response => response.Value!["content"])
            .Append(operation["requestBody"]?["content"])
            .OfType<JsonObject>()
            .SelectMany(content => content.Select(type => type.Value!.AsObject()));

    private static JsonNode? Of(JsonObject root, JsonNode? schema)
    {
        if (schema is null)
        {
            return null;
        }

        var resolved = References.Resolve(root, schema);
        return resolved["examples"]?[0]?.DeepClone() ?? (resolved["properties"]?["data"]?["items"] is { } item
            ? Page(resolved, Of(root, item))
            : null);
    }

    private static JsonObject? Page(JsonObject schema, JsonNode? item)
    {
        if (item is null)
        {
            return null;
        }

        var page = new JsonObject { ["object"] = "list", ["data"] = new JsonArray(item) };
        if (schema["properties"]!["has_more"] is not null)
        {
            page["first_id"] = item["id"]?.DeepClone();
            page["last_id"] = item["id"]?.DeepClone();
            page["has_more"] = false;
        }

        return page;
    }
}
