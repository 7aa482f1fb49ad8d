using System.Globalization;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using Sora.ServiceDefaults.Errors;

namespace Sora.Gateway.Requests;

/// <summary>The <c>limit</c>, <c>order</c> and <c>after</c> of a list, as OpenAI's lists take them.</summary>
internal sealed class PageQuery
{
    private const int DefaultLimit = 20;
    private const int MaximumLimit = 100;

    /// <summary>How many to answer at most: 1 to 100; 20 unless given.</summary>
    [FromQuery(Name = "limit")]
    public string? Limit { get; init; }

    /// <summary><c>desc</c>, the newest first, or <c>asc</c>.</summary>
    [FromQuery(Name = "order")]
    public string? Order { get; init; }

    /// <summary>The last id of the page before.</summary>
    [FromQuery(Name = "after")]
    public string? After { get; init; }

    /// <summary>How many rows to ask the database for: one more than wanted tells whether there is more.</summary>
    public int Rows => Count + 1;

    private int Count =>
        Limit is null ? DefaultLimit : int.Parse(Limit, NumberStyles.None, CultureInfo.InvariantCulture);

    private bool IsAscending => Order is "asc";

    /// <summary>What is wrong with it, or null.</summary>
    public ApiError? FindMistake()
    {
        if (Limit is not null
            && !(int.TryParse(Limit, NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
                && limit is >= 1 and <= MaximumLimit))
        {
            return ApiError.Invalid("limit", $"Invalid 'limit': expected an integer from 1 to {MaximumLimit}.");
        }

        return Order is null or "asc" or "desc"
            ? null
            : ApiError.Invalid("order", "Invalid 'order'. Supported values are: 'asc' and 'desc'.");
    }

    /// <summary>The end of a query whose rows are ordered by a time and an id: cursor, order and limit.</summary>
    /// <param name="table">The table, in which <c>@After</c> is looked up.</param>
    /// <param name="time">The column of the time.</param>
    public string Sql(string table, string time)
    {
        var (comparison, direction) = IsAscending ? (">", "asc") : ("<", "desc");
        var cursor = After is null
            ? ""
            : $"and ({table}.{time}, {table}.id) {comparison} (select {time}, id from {table} where id = @After)";
        return $"{cursor} order by {table}.{time} {direction}, {table}.id {direction} limit @Rows";
    }

    /// <summary>The page from the rows that the database gave.</summary>
    public Page<T> From<T>(IReadOnlyList<T> rows, Func<T, string> id)
    {
        var data = rows.Take(Count).ToList();
        return new Page<T>(
            "list", data, data.Count == 0 ? null : id(data[0]), data.Count == 0 ? null : id(data[^1]), rows.Count > data.Count);
    }
}

/// <summary>A page of a list, in OpenAI's shape.</summary>
internal sealed record Page<T>(
    [property: JsonPropertyName("object")] string Kind,
    IReadOnlyList<T> Data,
    string? FirstId,
    string? LastId,
    bool HasMore);
