using Sora.Gateway.Requests;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;

namespace Sora.Gateway.Audit;

/// <summary><c>GET /v1/audit_log</c>: a page of it as JSON, or all that was asked for as CSV or NDJSON.</summary>
internal static class ReadAuditLog
{
    public static async Task<IResult> HandleAsync(
        [AsParameters] AuditQuery query,
        [AsParameters] PageQuery page,
        string? format,
        HttpRequest request,
        Caller caller,
        ServiceDatabase database,
        CancellationToken cancellationToken)
    {
        if ((query.FindMistake() ?? page.FindMistake()) is { } mistake)
        {
            return mistake;
        }

        return (format ?? Preferred(request)) switch
        {
            "json" => await ReadPageAsync(query, page, caller, database, cancellationToken),
            "csv" => new AuditExport(AuditFormat.Csv, query, caller, database),
            "ndjson" => new AuditExport(AuditFormat.NdJson, query, caller, database),
            _ => ApiError.Invalid("format", "Invalid 'format'. Supported values are: 'json', 'csv', and 'ndjson'."),
        };
    }

    private static async Task<IResult> ReadPageAsync(
        AuditQuery query, PageQuery page, Caller caller, ServiceDatabase database, CancellationToken cancellationToken)
    {
        var parameters = query.Parameters(caller);
        parameters["after"] = page.After;
        parameters["rows"] = page.Rows;
        if (page.After is not null && (await database.ReadAsync<string>(
            caller, "select id from audit_log where id = @after", parameters, cancellationToken)).Count == 0)
        {
            return PageQuery.UnknownCursor();
        }

        var rows = await database.ReadAsync<AuditEntry>(
            caller,
            $"select {AuditEntry.Columns} from audit_log where {query.Where} {page.Sql("audit_log", "at", "and")}",
            parameters,
            cancellationToken);
        return TypedResults.Ok(page.From(rows, row => row.ToResource()));
    }

    private static string Preferred(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().Accept.Select(type => type.MediaType.Value).ToList();
        return accepted.Contains("text/csv") ? "csv" : accepted.Contains("application/x-ndjson") ? "ndjson" : "json";
    }
}
