using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sora.Gateway;
using Sora.Gateway.ApiKeys;
using Sora.Gateway.Forwarding;
using Sora.TestServers.Platform;
using PublicRoute = Sora.Gateway.Route;

namespace Sora.OpenApi.Tests.Generation;

/// <summary>
/// The document of the whole public surface: of what the services say, the rows of the gateway's route table in their order,
/// with what <see cref="Description"/> adds.
/// </summary>
internal sealed class PublicDocument
{
    private static readonly JsonSerializerOptions Indented =
        new() { WriteIndented = true, IndentSize = 1, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly IReadOnlyList<ServiceDescription> _services;

    private PublicDocument(IReadOnlyList<ServiceDescription> services)
    {
        _services = services;
        Root = JsonNode.Parse(File.ReadAllText(
            Path.Combine(Repository.Root, "tests", "OpenApi.Tests", "skeleton.json")))!.AsObject();
    }

    /// <summary>The document.</summary>
    public JsonObject Root { get; }

    /// <summary>What could not be described, in sentences; none where the document is whole.</summary>
    public List<string> Gaps { get; } = [];

    /// <summary>As it is kept and served.</summary>
    public string Text => Root.ToJsonString(Indented) + "\n";

    /// <summary>Makes the document.</summary>
    public static PublicDocument Build(IReadOnlyList<ServiceDescription> services)
    {
        var document = new PublicDocument(services);
        document.Root["tags"] = new JsonArray();
        document.Root["paths"] = new JsonObject();
        foreach (var route in Routes.Table)
        {
            document.Add(route);
        }

        document.AddSchemas();
        Examples.AddTo(document.Root);
        document.ReportStrayDescriptions();
        document.Tidy();
        return document;
    }

    private void Add(PublicRoute route)
    {
        var method = route.Method.ToLowerInvariant();
        var found = _services.SingleOrDefault(service => service.Service == route.Service)
            ?.Document["paths"]?[route.Path == ShareLinks.Path ? ShareLinks.ServicePath : route.Path]?[method];
        if (found is null)
        {
            Gaps.Add($"{route.Method} {route.Path}: {route.Service} maps no such route, or under other parameter names.");
            return;
        }

        var operation = found.DeepClone().AsObject();
        var id = operation["operationId"]!.GetValue<string>();
        if (Description.All.SingleOrDefault(item => item.Operations.ContainsKey(id)) is not { } description)
        {
            Gaps.Add($"{route.Method} {route.Path}: no file in Descriptions has an entry '{id}'.");
            return;
        }

        AddTag(description);
        operation["tags"] = new JsonArray(description.Title);
        operation["security"] = Security(route);
        operation.Remove("requestBody");
        Paging.Share(operation, Root, _services);
        var entry = description.Operations[id]!.AsObject();
        OperationPatch.ApplyBody(operation, entry);
        StandardAnswers.AddTo(operation, route.Path, route.Scope == Scopes.None);
        OperationPatch.Apply(operation, entry);
        operation["responses"] = Sorted(operation["responses"]!.AsObject());
        Root["paths"]![route.Path] ??= new JsonObject();
        Root["paths"]![route.Path]![method] = operation;
    }

    private void AddTag(Description description)
    {
        var tags = Root["tags"]!.AsArray();
        if (!tags.Any(tag => tag!["name"]!.GetValue<string>() == description.Title))
        {
            tags.Add((JsonNode)new JsonObject
            {
                ["name"] = description.Title,
                ["description"] = description.Root["description"]!.GetValue<string>(),
            });
        }
    }

    /// <summary>An API key with the scope, or a browser session whose role grants it; a session proves each change.</summary>
    private static JsonArray Security(PublicRoute route)
    {
        if (route.Scope == Scopes.None)
        {
            return [];
        }

        var session = new JsonObject { ["session"] = new JsonArray() };
        if (route.Method != "GET")
        {
            session["csrf_token"] = new JsonArray();
        }

        return route.Scope == Scopes.Session
            ? new JsonArray(session)
            : new JsonArray(new JsonObject { ["api_key"] = new JsonArray(route.Scope) }, session);
    }

    /// <summary>All schemas that the document refers to, from the types first, then from the descriptions.</summary>
    private void AddSchemas()
    {
        var schemas = Root["components"]!["schemas"]!.AsObject();
        var waiting = new Queue<string>(References.In(Root["paths"]!));
        while (waiting.TryDequeue(out var name))
        {
            if (schemas.ContainsKey(name))
            {
                continue;
            }

            if (FindSchema(name) is not { } schema)
            {
                Gaps.Add($"The schema '{name}' is neither a type's nor in Descriptions.");
                continue;
            }

            schemas[name] = schema;
            foreach (var reference in References.In(schema))
            {
                waiting.Enqueue(reference);
            }
        }
    }

    private JsonObject? FindSchema(string name)
    {
        var typed = _services.Select(service => Typed(service, name)).OfType<JsonObject>().ToList();
        if (typed.Skip(1).Any(other => !JsonNode.DeepEquals(other, typed[0])))
        {
            Gaps.Add($"Two services have a type '{name}', and they differ.");
        }

        var patch = Description.All.Select(description => description.Schemas[name]).SingleOrDefault(item => item is not null);
        var schema = typed.FirstOrDefault();
        if (patch is not null)
        {
            schema ??= [];
            Description.Merge(schema, patch.AsObject());
        }

        return schema;
    }

    private static JsonObject? Typed(ServiceDescription service, string name)
    {
        var schema = service.Document["components"]?["schemas"]?[name]?.DeepClone().AsObject();
        if (schema is not null && service.Types.TryGetValue(name, out var type))
        {
            XmlComments.Describe(schema, type);
            Paging.DescribeMembers(schema);
        }

        return schema;
    }

    private void ReportStrayDescriptions()
    {
        var operations = Root["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject())
            .Select(operation => operation.Value!["operationId"]!.GetValue<string>()).ToHashSet();
        foreach (var description in Description.All)
        {
            Gaps.AddRange(description.Operations.Where(item => !operations.Contains(item.Key))
                .Select(item => $"Descriptions/{description.Tag}.json describes '{item.Key}', which is no operation."));
            Gaps.AddRange(description.Schemas.Where(item => Root["components"]!["schemas"]![item.Key] is null)
                .Select(item => $"Descriptions/{description.Tag}.json describes '{item.Key}', which nothing refers to."));
        }
    }

    /// <summary>Operations first, what they refer to last; the shared parameters have been copied to where they stand.</summary>
    private void Tidy()
    {
        var components = Root["components"]!.AsObject();
        components.Remove("parameters");
        components["schemas"] = Sorted(components["schemas"]!.AsObject());
        Root.Remove("components");
        Root["components"] = components;
    }

    private static JsonObject Sorted(JsonObject json) => new(json.OrderBy(member => member.Key, StringComparer.Ordinal)
        .Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())));
}
