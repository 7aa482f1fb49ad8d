using System.Globalization;
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

    private string Direction => Order is "asc" ? "asc" : "desc";

    /// <summary>As a request asks for it.</summary>
    public static PageQuery Of(IQueryCollection query) =>
        new() { Limit = query["limit"], Order = query["order"], After = query["after"] };

    /// <summary>400: <c>after</c> names nothing that the caller could have seen.</summary>
    public static ApiError UnknownCursor() =>
        ApiError.Invalid("after", "Invalid 'after': there is no such item in this list.");

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

    /// <summary>The end of a query whose rows are ordered by a time and an id: <c>@after</c> and <c>@rows</c> are its
    /// parameters.</summary>
    /// <param name="table">The table, in which <c>@after</c> is looked up.</param>
    /// <param name="time">The column of the time.</param>
    /// <param name="conjunction">What stands before the condition: <c>where</c> or <c>and</c>.</param>
    public string Sql(string table, string time, string conjunction)
    {
        var cursor = After is null
            ? ""
            : $"""
                {conjunction} ({table}.{time}, {table}.id) {(Direction is "asc" ? ">" : "<")} (
                    select {time}, id from {table} where id = @after)
                """;
        return $"{cursor} order by {table}.{time} {Direction}, {table}.id {Direction} limit @rows";
    }

    /// <summary>The page from the rows that the database gave.</summary>
    public ListResource<TResource> From<TRow, TResource>(IReadOnlyList<TRow> rows, Func<TRow, TResource> resource)
        where TResource : IListed
    {
        var page = rows.Take(Count).Select(resource).ToList();
        return new ListResource<TResource>(
            "list", page, page.FirstOrDefault()?.Id, page.LastOrDefault()?.Id, rows.Count > page.Count);
    }
}
