using System.Text.Json.Serialization;

namespace Sora.Gateway.Requests;

/// <summary>The answer to a DELETE, as OpenAI gives it.</summary>
/// <param name="Id">Id of what is gone.</param>
/// <param name="Kind">Its kind and <c>.deleted</c>.</param>
/// <param name="IsDeleted">Always true.</param>
internal sealed record Deleted(
    string Id,
    [property: JsonPropertyName("object")] string Kind,
    [property: JsonPropertyName("deleted")] bool IsDeleted);
