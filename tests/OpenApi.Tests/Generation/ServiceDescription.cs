using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Sora.OpenApi.Tests.Generation;

/// <summary>What ASP.NET Core says of one service's routes.</summary>
/// <param name="Service">The service's name, as in the gateway's route table.</param>
/// <param name="Document">Its own OpenAPI document: every route it maps, internal ones included.</param>
/// <param name="Types">The types behind the document's schemas, by the schema's name.</param>
/// <param name="Json">How the service writes them.</param>
internal sealed record ServiceDescription(
    string Service, JsonObject Document, IReadOnlyDictionary<string, JsonTypeInfo> Types, JsonSerializerOptions Json);
