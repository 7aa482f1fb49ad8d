using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Xunit;

namespace Sora.OpenApi.Tests;

/// <summary>An example is what the service would really write: read as its type and written again, it is the same.</summary>
public sealed class ExampleTests(PublicDocumentFixture fixture)
{
    [Fact]
    public void Every_example_of_an_answer_survives_its_own_type()
    {
        var examples = fixture.Document.Root["components"]!["schemas"]!.AsObject()
            .SelectMany(schema => schema.Value!["examples"]?.AsArray() ?? [], (schema, example) => (schema.Key, example!))
            .SelectMany(item => fixture.Services.Where(service => service.Types.ContainsKey(item.Key)),
                (item, service) => (item.Key, item.Item2, service.Types[item.Key], service.Json))
            .ToList();

        Assert.NotEmpty(examples);
        Assert.All(examples, item =>
        {
            var (name, example, type, json) = item;
            var options = new JsonSerializerOptions(json)
            {
                UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
                RespectRequiredConstructorParameters = true,
            };
            var again = JsonSerializer.SerializeToNode(example.Deserialize(type.Type, options), type.Type, options);

            Assert.True(JsonNode.DeepEquals(example, again), $"{name}: {example.ToJsonString()} became {again}");
        });
    }
}
