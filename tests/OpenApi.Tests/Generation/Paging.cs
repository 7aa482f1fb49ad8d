using System.Text.Json.Nodes;

namespace Sora.OpenApi.Tests.Generation;

/// <summary>
/// Lists are alike: whatever answers a page takes <c>limit</c>, <c>order</c> and <c>after</c>, and pages have the same members.
/// </summary>
internal static class Paging
{
    private static readonly string[] Parameters = ["limit", "order", "after"];

    private static readonly Dictionary<string, string> Members = new()
    {
        ["data"] = "The items of this page.",
        ["first_id"] = "The id of the first item; null where there is none.",
        ["last_id"] = "The id of the last item, for `after`; null where there is none.",
        ["has_more"] = "Whether another page follows.",
        ["id"] = "Its id.",
        ["deleted"] = "Whether it is gone.",
    };

    /// <summary>Explains those members of the usual shapes that nothing else explains, and fixes <c>object</c>.</summary>
    public static void DescribeMembers(JsonObject schema)
    {
        foreach (var (name, property) in schema["properties"]?.AsObject() ?? [])
        {
            if (property!["description"] is null && Members.TryGetValue(name, out var text))
            {
                property["description"] = text;
            }
        }

        if (schema["properties"]?["has_more"] is not null)
        {
            schema["properties"]!["object"]!["const"] = "list";
        }
    }

    /// <summary>Gives an operation that answers a page the shared parameters in place of its own texts.</summary>
    public static void Share(JsonObject operation, JsonObject root, IReadOnlyList<ServiceDescription> services)
    {
        if (!References.In(operation["responses"]!).Any(name => IsPage(name, services)))
        {
            return;
        }

        var own = operation["parameters"]?.AsArray() ?? [];
        operation["parameters"] = new JsonArray(
        [
            .. own.Where(item => !Parameters.Contains(item!["name"]!.GetValue<string>())).Select(item => item!.DeepClone()),
            .. Parameters.Select(name => root["components"]!["parameters"]![name]!.DeepClone()),
        ]);
    }

    private static bool IsPage(string schema, IReadOnlyList<ServiceDescription> services) => services.Any(service =>
        service.Document["components"]?["schemas"]?[schema]?["properties"]?["has_more"] is not null);
}
