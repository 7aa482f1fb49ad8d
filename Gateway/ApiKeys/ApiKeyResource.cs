using System.Text.Json.Serialization;
using Sora.Gateway.Requests;

namespace Sora.Gateway.ApiKeys;

/// <summary>An API key as it is managed; times are Unix seconds.</summary>
/// <param name="Id">Its id, <c>key_…</c>.</param>
/// <param name="Kind">Always <c>api_key</c>.</param>
/// <param name="Name">What people call it.</param>
/// <param name="RedactedValue">The beginning of its secret, by which people know it.</param>
/// <param name="Status"><c>active</c>, <c>expired</c> or <c>revoked</c>.</param>
/// <param name="Project">The project it belongs to.</param>
/// <param name="User">The user it acts for, whose role bounds it.</param>
/// <param name="Scopes">What it may do; <c>*</c> is all that the user's role grants.</param>
/// <param name="Models">The models it may use; null: every model.</param>
/// <param name="RequestsPerMinute">Its own rate limit; null: the installation's.</param>
/// <param name="CreatesPerMinute">Its own rate limit of creates; null: the installation's.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">When it ends; null: never.</param>
/// <param name="LastUsedAt">When it was last used, to the minute; null: never.</param>
/// <param name="PreviousValueExpiresAt">Until when the secret before the last rotation opens too; null: it does not.</param>
internal sealed record ApiKeyResource(
    string Id,
    [property: JsonPropertyName("object")] string Kind,
    string Name,
    string RedactedValue,
    string Status,
    string Project,
    string User,
    IReadOnlyList<string> Scopes,
    IReadOnlyList<string>? Models,
    int? RequestsPerMinute,
    int? CreatesPerMinute,
    long CreatedAt,
    long? ExpiresAt,
    long? LastUsedAt,
    long? PreviousValueExpiresAt) : IListed
{
    /// <summary>The secret, shown once: only in the answer to its creation or rotation.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Value { get; init; }
}
