using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Sora.OpenApi.Tests.Generation;

/// <summary>Puts the doc comments of a record and its parameters into its schema as descriptions.</summary>
internal static partial class XmlComments
{
    private static readonly Dictionary<Assembly, Dictionary<string, XElement>> Files = [];

    /// <summary>Describes the schema and each of its properties that has a comment and no description yet.</summary>
    public static void Describe(JsonObject schema, JsonTypeInfo type)
    {
        var comments = Of(type.Type.Assembly);
        var name = (type.Type.IsGenericType ? type.Type.GetGenericTypeDefinition() : type.Type).FullName!.Replace('+', '.');
        var comment = comments.GetValueOrDefault($"T:{name}");
        Set(schema, comment?.Element("summary"));
        foreach (var (json, property) in schema["properties"]?.AsObject() ?? [])
        {
            var member = type.Properties.Single(item => item.Name == json).AttributeProvider as PropertyInfo;
            Set(
                property!.AsObject(),
                comment?.Elements("param").FirstOrDefault(item => item.Attribute("name")?.Value == member?.Name)
                    ?? comments.GetValueOrDefault($"P:{name}.{member?.Name}")?.Element("summary"));
        }
    }

    private static void Set(JsonObject schema, XElement? comment)
    {
        if (comment is not null && schema["description"] is null)
        {
            schema["description"] = Spaces().Replace(string.Concat(comment.Nodes().Select(Text)), " ").Trim();
        }
    }

    private static string Text(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" } see => $"`{see.Attribute("cref")?.Value.Split('.')[^1] ?? see.Value}`",
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement other => other.Value,
        _ => "",
    };

    private static Dictionary<string, XElement> Of(Assembly assembly)
    {
        if (!Files.TryGetValue(assembly, out var members))
        {
            var file = Path.ChangeExtension(assembly.Location, ".xml");
            Files[assembly] = members = File.Exists(file)
                ? XDocument.Load(file).Descendants("member").ToDictionary(member => member.Attribute("name")!.Value)
                : [];
        }

        return members;
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
