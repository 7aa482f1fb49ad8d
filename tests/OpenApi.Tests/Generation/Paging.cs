using System.Text.Json.Nodes;

namespace Sora.OpenApi.Tests.Generation;

/// <summary>Lists are alike: whatever answers a page takes <c>limit</c>, <c>order</c> and <c>after</c>.</summary>
internal static class Paging
{
    private static readonly string[] Parameters = ["limit", "order", "after"];

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
