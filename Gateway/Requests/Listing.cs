using System.Text.Json.Serialization;
using Dapper;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Identity;

namespace Sora.Gateway.Requests;

/// <summary>
/// Answers a list as OpenAI does: <c>limit</c>, <c>order</c> and <c>after</c> in the query, by keyset over the time of
/// creation and the id. For lists that stay small, such as an organisation's people: the whole list is looked at.
/// </summary>
internal sealed class Listing(ServiceDatabase database)
{
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
        var page = PageQuery.Of(request.Query);
        if (page.FindMistake() is { } mistake)
        {
            return mistake;
        }

        var all = new DynamicParameters(parameters);
        all.Add("after", page.After);
        all.Add("rows", page.Rows);
        if (page.After is not null && !await ExistsAsync(caller, sql, all, cancellationToken))
        {
            return PageQuery.UnknownCursor();
        }

        var rows = await database.ReadAsync<TRow>(
            caller,
            $"with item as ({sql}) select * from item {page.Sql("item", "created_at", "where")}",
            all,
            cancellationToken);
        return TypedResults.Ok(page.From(rows, resource));
    }

    private async Task<bool> ExistsAsync(
        Caller caller, string sql, DynamicParameters parameters, CancellationToken cancellationToken)
    {
        var found = await database.ReadAsync<bool>(
            caller, $"select exists (select from ({sql}) item where id = @after)", parameters, cancellationToken);
        return found.Single();
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
