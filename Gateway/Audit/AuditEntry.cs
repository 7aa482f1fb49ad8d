using System.Text.Json;
using System.Text.Json.Serialization;
using Sora.Gateway.Requests;

namespace Sora.Gateway.Audit;

/// <summary>A row of the audit log.</summary>
internal sealed class AuditEntry
{
    public const string Columns = "id, project_id, actor, key_id, action, target, details::text as details, at";

    public required string Id { get; init; }
    public string? ProjectId { get; init; }
    public required string Actor { get; init; }
    public string? KeyId { get; init; }
    public required string Action { get; init; }
    public required string Target { get; init; }
    public required string Details { get; init; }
    public DateTimeOffset At { get; init; }

    /// <summary>As the API shows it.</summary>
    public AuditEntryResource ToResource() => new(
        Id, "audit_log.entry", Action, Target, Actor, KeyId, ProjectId,
        JsonSerializer.Deserialize<Dictionary<string, string>>(Details)!, At.ToUnixTimeSeconds());
}

/// <summary>Something that somebody changed.</summary>
/// <param name="Id">Its id, <c>audit_…</c>.</param>
/// <param name="Kind">Always <c>audit_log.entry</c>.</param>
/// <param name="Action">Noun and participle: <c>api_key.revoked</c>.</param>
/// <param name="Target">Id of what was changed.</param>
/// <param name="Actor">Id of the user, or the name of a service that acted unasked.</param>
/// <param name="KeyId">The API key it was done with; null for a browser session.</param>
/// <param name="Project">The project's id; null where it concerns the whole organisation.</param>
/// <param name="Details">What changed, by name.</param>
/// <param name="CreatedAt">When it was done, Unix time in seconds.</param>
internal sealed record AuditEntryResource(
    string Id,
    [property: JsonPropertyName("object")] string Kind,
    string Action,
    string Target,
    string Actor,
    string? KeyId,
    string? Project,
    IReadOnlyDictionary<string, string> Details,
    long CreatedAt) : IListed;
