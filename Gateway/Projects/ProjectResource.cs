using System.Text.Json.Serialization;
using Sora.Gateway.Requests;

namespace Sora.Gateway.Projects;

/// <summary>A project as its members see it; times are Unix seconds.</summary>
/// <param name="Id">Its id, <c>proj_…</c>.</param>
/// <param name="Kind">Always <c>project</c>.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Status"><c>active</c> or <c>archived</c>.</param>
/// <param name="RetentionDays">How long it keeps finished clips, in days.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ArchivedAt">When it was archived, or null.</param>
internal sealed record ProjectResource(
    string Id,
    [property: JsonPropertyName("object")] string Kind,
    string Name,
    string Status,
    int RetentionDays,
    long CreatedAt,
    long? ArchivedAt) : IListed;
