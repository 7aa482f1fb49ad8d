using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MassTransit;
using MassTransit.Serialization;

namespace Sora.Conventions.Tests.Messages;

/// <summary>
/// What services say to each other is kept in <c>Golden/*.json</c>, as it goes over the wire. A build that says it
/// otherwise loses the messages that an older build left in the queues, so a change must be meant:
/// <c>SORA_ACCEPT_GOLDEN=1 dotnet run --project tests/Conventions.Tests</c> writes the files anew.
/// </summary>
public sealed class MessageTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "Conventions.Tests", "Golden");
    private static readonly JsonSerializerOptions Indented =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static TheoryData<string> Names() => [.. Samples.Messages.Select(message => message.Name)];

    [Theory, MemberData(nameof(Names))]
    public void A_message_looks_on_the_wire_as_it_always_did(string name)
    {
        var file = Path.Combine(Folder, $"{name}.json");
        var actual = Describe(Find(name));
        if (Environment.GetEnvironmentVariable("SORA_ACCEPT_GOLDEN") == "1")
        {
            File.WriteAllText(file, actual);
        }

        var expected = File.Exists(file) ? File.ReadAllText(file) : "";
        Assert.True(
            expected == actual,
            $"{name} has changed. If that is meant: SORA_ACCEPT_GOLDEN=1\n{Difference(expected, actual)}");
    }

    [Theory, MemberData(nameof(Names))]
    public void What_an_older_build_left_in_a_queue_can_be_read(string name)
    {
        var message = Find(name);
        var golden = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, $"{name}.json")))!["message"];

        Assert.Equivalent(
            Samples.Create(message), golden.Deserialize(message, SystemTextJsonMessageSerializer.Options), strict: true);
        Assert.Equivalent(Samples.Create(message), golden.Deserialize(message, JsonSerializerOptions.Web), strict: true);
    }

    [Fact]
    public void Every_golden_file_is_of_a_message() => Rule.Check(
        Directory.GetFiles(Folder).Select(file => Path.GetFileNameWithoutExtension(file)),
        name => Names().Any(row => row.Data == name) ? null : $"Golden/{name}.json is of no message");

    [Fact]
    public void A_message_is_a_sealed_record_of_simple_values_with_a_sentence() => Rule.Check(
        Repository.Product.Where(file => file.Project == "Contracts")
            .SelectMany(file => file.All<TypeDeclarationSyntax>().Select(type => (file, type)))
            .Where(item => !item.type.Modifiers.Any(SyntaxKind.StaticKeyword)),
        item => item.type is RecordDeclarationSyntax { ParameterList: not null }
            && item.type.Modifiers.Any(SyntaxKind.SealedKeyword)
            && item.type.GetLeadingTrivia().ToString().Contains("<summary>", StringComparison.Ordinal)
            && !Samples.Parameters(Find(item.type.Identifier.Text)).Any(parameter => parameter.HasDefaultValue)
            ? null
            : item.file.At(item.type));

    private static Type Find(string name) => Samples.Messages.Single(message => message.Name == name);

    private static string Describe(Type message)
    {
        var nullability = new NullabilityInfoContext();
        var json = new JsonObject
        {
            ["messageType"] = MessageUrn.ForTypeString(message),
            ["message"] = JsonSerializer.SerializeToNode(
                Samples.Create(message), message, SystemTextJsonMessageSerializer.Options),
            ["mayBeNull"] = new JsonArray([.. Samples.Parameters(message)
                .Where(parameter => nullability.Create(parameter).WriteState == NullabilityState.Nullable)
                .Select(parameter => JsonValue.Create(JsonNamingPolicy.CamelCase.ConvertName(parameter.Name!)))]),
        };
        return json.ToJsonString(Indented) + "\n";
    }

    private static string Difference(string expected, string actual)
    {
        var (old, current) = (expected.Split('\n'), actual.Split('\n'));
        return string.Join('\n', old.Except(current).Select(line => $"- {line}")
            .Concat(current.Except(old).Select(line => $"+ {line}")));
    }
}
