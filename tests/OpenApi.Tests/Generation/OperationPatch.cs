using System.Text.Json.Nodes;

namespace Sora.OpenApi.Tests.Generation;

/// <summary>
/// Applies an operation's entry of a <see cref="Description"/>. Three members are short forms: <c>body</c> maps content
/// types to schema names, <c>parameters</c> maps names to patches of parameters, and a text under <c>responses</c> is an
/// error in the envelope.
/// </summary>
internal static class OperationPatch
{
    /// <summary>Gives the operation the body that the entry names.</summary>
    public static void ApplyBody(JsonObject operation, JsonObject entry)
    {
        if (entry["body"] is JsonObject body)
        {
            operation["requestBody"] = RequestBody(body, entry["body_required"]?.GetValue<bool>() ?? true);
        }
    }

    /// <summary>Changes the operation as the rest of the entry says.</summary>
    public static void Apply(JsonObject operation, JsonObject entry)
    {
        var patch = entry.DeepClone().AsObject();
        foreach (var (name, parameter) in patch["parameters"]?.AsObject() ?? [])
        {
            PatchParameter(operation, name, parameter!.AsObject());
        }

        foreach (var (status, response) in patch["responses"]?.AsObject().ToList() ?? [])
        {
            if (response is JsonValue text)
            {
                operation["responses"]![status] = StandardAnswers.Error(text.GetValue<string>());
                patch["responses"]!.AsObject().Remove(status);
            }
        }

        foreach (var shortForm in new[] { "body", "body_required", "parameters" })
        {
            patch.Remove(shortForm);
        }

        Description.Merge(operation, patch);
    }

    private static JsonObject RequestBody(JsonObject types, bool isRequired) => new()
    {
        ["required"] = isRequired,
        ["content"] = new JsonObject(types.Select(type => KeyValuePair.Create(
            type.Key, (JsonNode?)new JsonObject { ["schema"] = Reference("schemas", type.Value!.GetValue<string>()) }))),
    };

    private static void PatchParameter(JsonObject operation, string name, JsonObject patch)
    {
        operation["parameters"] ??= new JsonArray();
        var parameters = operation["parameters"]!.AsArray();
        var existing = parameters.OfType<JsonObject>().FirstOrDefault(item => item["name"]?.GetValue<string>() == name);
        if (existing is null)
        {
            existing = new JsonObject { ["name"] = name, ["in"] = "query" };
            parameters.Add((JsonNode)existing);
        }

        Description.Merge(existing, patch);
    }

    /// <summary>A reference into the document's components.</summary>
    public static JsonObject Reference(string kind, string name) => new() { ["$ref"] = $"#/components/{kind}/{name}" };
}
