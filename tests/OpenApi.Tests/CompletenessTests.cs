using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sora.OpenApi.Tests.Generation;
using Xunit;

namespace Sora.OpenApi.Tests;

/// <summary>What every operation of the document has to say.</summary>
public sealed partial class CompletenessTests(PublicDocumentFixture fixture)
{
    private JsonObject Root => fixture.Document.Root;

    private IEnumerable<(string Name, string Method, JsonObject Operation)> Operations =>
        Root["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()
            .Select(item => ($"{item.Key} {path.Key}", item.Key, item.Value!.AsObject())));

    [Fact]
    public void Every_operation_has_an_id_of_its_own_in_camel_case() => Check(operation =>
    {
        var id = Text(operation.Operation["operationId"]);
        return CamelCase().IsMatch(id)
            && Operations.Count(other => Text(other.Operation["operationId"]) == id) == 1;
    });

    [Fact]
    public void Every_operation_has_a_summary_and_a_tag_that_is_explained() => Check(operation =>
        Text(operation.Operation["summary"]).Length > 0
        && Root["tags"]!.AsArray().Any(tag => Text(tag!["name"]) == Text(operation.Operation["tags"]![0])
            && Text(tag["description"]).Length > 0));

    [Fact]
    public void Every_operation_says_what_it_answers_and_shows_it() => Check(operation =>
        Successes(operation.Operation).Any()
        && Successes(operation.Operation).All(answer => Text(answer["description"]) is not ("" or "OK"))
        && Examples.Contents(operation.Operation).All(HasExample));

    [Fact]
    public void Every_operation_lists_its_errors() => Check(operation =>
    {
        var responses = operation.Operation["responses"]!.AsObject();
        var wanted = operation.Operation["security"]!.AsArray().Count > 0
            ? new[] { "400", "401", "403", "429", "500", "503" }
            : ["400", "429", "500", "503"];
        return wanted.All(responses.ContainsKey)
            && responses.Where(answer => answer.Key[0] is '4' or '5').All(answer => HasEnvelope(answer.Value!));
    });

    [Fact]
    public void What_changes_something_takes_a_described_body_or_says_nothing_of_one() => Check(operation =>
        operation.Operation["requestBody"]?["content"]?.AsObject().All(content => content.Value!["schema"] is not null)
        ?? operation.Method is "get" or "delete" or "post");

    [Fact]
    public void Every_parameter_is_explained() => Check(operation =>
        operation.Operation["parameters"]?.AsArray().All(parameter => Text(parameter!["description"]).Length > 0) ?? true);

    [Fact]
    public void Every_property_is_explained_by_itself_or_all_of_them_by_their_schema()
    {
        var silent = Root["components"]!["schemas"]!.AsObject().SelectMany(schema =>
        {
            var properties = schema.Value!["properties"]?.AsObject().ToList() ?? [];
            var isOneSentence = Text(schema.Value["description"]).Length > 0
                && properties.All(property => property.Value!["description"] is null);
            return properties
                .Where(property => !isOneSentence && property.Value!["const"] is null && property.Value["description"] is null)
                .Select(property => $"{schema.Key}.{property.Key}");
        });

        Assert.Empty(silent);
    }

    [Fact]
    public void Every_answer_carries_the_requests_id() => Check(operation => operation.Operation["responses"]!.AsObject()
        .All(answer => References.Resolve(Root, answer.Value!)["headers"]?["x-request-id"] is not null));

    private void Check(Func<(string Name, string Method, JsonObject Operation), bool> rule)
    {
        Assert.NotEmpty(Operations);
        Assert.Empty(Operations.Where(operation => !rule(operation)).Select(operation => operation.Name));
    }

    private static IEnumerable<JsonNode> Successes(JsonObject operation) => operation["responses"]!.AsObject()
        .Where(answer => answer.Key[0] == '2').Select(answer => answer.Value!);

    private bool HasEnvelope(JsonNode answer) =>
        References.In(References.Resolve(Root, answer)).Contains("ErrorEnvelope");

    /// <summary>Bytes, streams and errors that only a text describes show none.</summary>
    private static bool HasExample(JsonObject content) =>
        content["example"] is not null || content["examples"] is not null
        || content["schema"]?["format"] is not null || References.In(content).Contains("ErrorEnvelope");

    private static string Text(JsonNode? node) => node?.GetValue<string>() ?? "";

    [GeneratedRegex("^[a-z]+([A-Z][a-z0-9]*)*$")]
    private static partial Regex CamelCase();
}
