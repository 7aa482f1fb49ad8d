using System.Text.Json.Serialization;
using Dapper;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;

namespace Sora.Gateway.Requests;

/// <summary>
/// Answers a list as OpenAI does: <c>limit</c>, <c>order</c> and <c>after</c> in the query, by keyset over the time of
/// creation and the id. For lists that stay small, such as an organisation's people: the whole list is looked at.
/// </summary>
internal sealed class Listing(ServiceDatabase database)
{
    private const int DefaultLimit = 20;
    private const int MaximumLimit = 100;

    /// <summary>A page of what the query yields for the caller.</summary>
    /// <param name="request">Where the page is asked for.</param>
    /// <param name="caller">Whose organisation is looked at.</param>
    /// <param name="sql">A query whose columns include <c>id</c> and <c>created_at</c>; it names the tenant.</param>
    /// <param name="parameters">The query's parameters.</param>
    /// <param name="resource">A row as the answer shows it.</param>
    public async Task<IResult> AnswerAsync<TRow, TResource>(
        HttpRequest request, Caller caller, string sql, object parameters, Func<TRow, TResource> resource)
        where TResource : IListed
    {
        var cancellationToken = request.HttpContext.RequestAborted;
        if (Read(request.Query, out var limit, out var ascending) is { } error)
        {
            return error;
        }

        string? after = request.Query["after"];
        var all = new DynamicParameters(parameters);
        all.Add("after", after);
        all.Add("limit", limit + 1); // one more than asked tells whether there is more
        if (after is not null && !await ExistsAsync(caller, sql, all, cancellationToken))
        {
            return ApiError.Invalid("after", "Invalid 'after': there is no such item in this list.");
        }

        var rows = await database.ReadAsync<TRow>(caller, Page(sql, ascending), all, cancellationToken);
        var page = rows.Take(limit).Select(resource).ToList();
        return TypedResults.Ok(new ListResource<TResource>(
            "list", page, page.FirstOrDefault()?.Id, page.LastOrDefault()?.Id, rows.Count > limit));
    }

    private static ApiError? Read(IQueryCollection query, out int limit, out bool ascending)
    {
        limit = DefaultLimit;
        ascending = query["order"] == "asc";
        if (query["limit"] is [{ } text] && !(int.TryParse(text, out limit) && limit is >= 1 and <= MaximumLimit))
        {
            return ApiError.Invalid("limit", $"Invalid 'limit': expected an integer from 1 to {MaximumLimit}.");
        }

        return query["order"] is [] or ["asc"] or ["desc"]
            ? null
            : ApiError.Invalid("order", "Invalid 'order'. Supported values are: 'asc' and 'desc'.");
    }

    private async Task<bool> ExistsAsync(
        Caller caller, string sql, DynamicParameters parameters, CancellationToken cancellationToken)
    {
        var found = await database.ReadAsync<bool>(
            caller, $"select exists (select from ({sql}) item where id = @after)", parameters, cancellationToken);
        return found.Single();
    }

    private static string Page(string sql, bool ascending)
    {
        var (comparison, direction) = ascending ? (">", "asc") : ("<", "desc");
        return $"""
            with item as ({sql})
            select * from item
            where @after::text is null
               or (created_at, id) {comparison} (select created_at, id from item where id = @after)
            order by created_at {direction}, id {direction} limit @limit
            """;
    }
}

/// <summary>Something that a list can hold.</summary>
internal interface IListed
{
    /// <summary>Its id, by which <c>after</c> names it.</summary>
    public string Id { get; }
}

/// <summary>A page in the protocol's list shape.</summary>
internal sealed record ListResource<T>(
    [property: JsonPropertyName("object")] string Kind,
    IReadOnlyList<T> Data,
    string? FirstId,
    string? LastId,
    bool HasMore);
