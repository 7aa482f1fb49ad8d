using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sora.Simulator;

/// <summary>The one JSON form of the simulator: snake_case, nulls written, used on the wire and on disk.</summary>
internal static class SimulatorJson
{
    public static JsonSerializerOptions Options { get; } = Configure(new JsonSerializerOptions());

    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        // An order holds its source's, which holds its own: as deep as somebody edits what was edited.
        options.MaxDepth = 1000;
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower));
        return options;
    }
}
