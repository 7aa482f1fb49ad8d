using System.Text.Json.Serialization;

namespace Sora.Gateway.Projects;

/// <summary>An organisation as its members see it.</summary>
/// <param name="Id">Its id, <c>org_…</c>.</param>
/// <param name="Kind">Always <c>organization</c>.</param>
/// <param name="Name">What people call it.</param>
/// <param name="CreatedAt">When it was made, Unix time in seconds.</param>
internal sealed record OrganizationResource(
    string Id, [property: JsonPropertyName("object")] string Kind, string Name, long CreatedAt)
{
    /// <summary>From a row's <c>id</c>, <c>name</c> and <c>created_at</c>.</summary>
    public static OrganizationResource From(OrganizationRow row) =>
        new(row.Id, "organization", row.Name, row.CreatedAt.ToUnixTimeSeconds());
}

/// <summary>A row of <c>organizations</c>.</summary>
internal sealed class OrganizationRow
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
}
