using System.Text.Json.Serialization;
using Sora.ServiceDefaults.Errors;

namespace Sora.WebhookService.Requests;

/// <summary>Which page of a list is asked for, in the protocol's parameters.</summary>
/// <param name="Limit">How many, 1 to 100.</param>
/// <param name="IsAscending">Oldest first; newest first unless asked.</param>
/// <param name="After">The id that the page begins after.</param>
internal sealed record PageQuery(int Limit, bool IsAscending, string? After)
{
    private const int DefaultLimit = 20;
    private const int MaxLimit = 100;

    public static (PageQuery? Page, ApiError? Error) Read(string? limit, string? order, string? after)
    {
        var count = DefaultLimit;
        if (limit is not null && !(int.TryParse(limit, out count) && count is >= 1 and <= MaxLimit))
        {
            return (null, ApiError.Invalid("limit", $"Invalid 'limit': expected an integer from 1 to {MaxLimit}."));
        }

        return order is null or "asc" or "desc"
            ? (new PageQuery(count, order is "asc", after), null)
            : (null, ApiError.Invalid("order", "Invalid 'order'. Supported values are: 'asc' and 'desc'."));
    }

    /// <summary>The end of a keyset query over <c>created_at</c> and <c>id</c>; one row more tells of a next page.</summary>
    /// <param name="cursor">A query for the cursor's <c>created_at, id</c>.</param>
    public string Sql(string cursor)
    {
        var (comparison, direction) = IsAscending ? (">", "asc") : ("<", "desc");
        var from = After is null ? "" : $"and (created_at, id) {comparison} ({cursor})";
        return $"{from} order by created_at {direction}, id {direction} limit {Limit + 1}";
    }

    /// <summary>The rows of <see cref="Sql"/> in the protocol's list shape.</summary>
    public ListResource<TResource> Of<TRow, TResource>(
        IReadOnlyList<TRow> rows, Func<TRow, TResource> resource, Func<TRow, string> id)
    {
        var page = rows.Take(Limit).ToList();
        return new ListResource<TResource>(
            "list",
            [.. page.Select(resource)],
            page.Count == 0 ? null : id(page[0]),
            page.Count == 0 ? null : id(page[^1]),
            rows.Count > Limit);
    }
}

/// <summary>A page in the protocol's list shape.</summary>
internal sealed record ListResource<T>(
    [property: JsonPropertyName("object")] string Kind,
    IReadOnlyList<T> Data,
    string? FirstId,
    string? LastId,
    bool HasMore);
