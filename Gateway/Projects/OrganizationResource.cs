using System.Text.Json.Serialization;

namespace Sora.Gateway.Projects;

/// <summary>An organisation as its members see it.</summary>
/// <param name="Id">Its id, <c>org_…</c>.</param>
/// <param name="Kind">Always <c>organization</c>.</param>
/// <param name="Name">What people call it.</param>
/// <param name="CreatedAt">Unix time in seconds.</param>
internal sealed record OrganizationResource(
    string Id, [property: JsonPropertyName("object")] string Kind, string Name, long CreatedAt);
