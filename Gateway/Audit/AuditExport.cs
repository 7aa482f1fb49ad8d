using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Identity;

namespace Sora.Gateway.Audit;

/// <summary>
/// Everything that was asked for, oldest first, as a file that is written while it is read: a batch of rows at a time,
/// whatever the log's length.
/// </summary>
internal sealed class AuditExport(AuditFormat format, AuditQuery query, Caller caller, ServiceDatabase database) : IResult
{
    private const int BatchSize = 500;

    private string Sql =>
        $"""
        select {AuditEntry.Columns} from audit_log
        where {query.Where} and (at, id) > (@LastAt, @LastId) order by at, id limit {BatchSize}
        """;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (response, cancellationToken) = (httpContext.Response, httpContext.RequestAborted);
        var json = httpContext.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        var parameters = query.Parameters(caller);
        parameters["LastAt"] = DateTimeOffset.UnixEpoch;
        parameters["LastId"] = "";
        var batch = await database.ReadAsync<AuditEntry>(caller, Sql, parameters, cancellationToken);

        // Not before the first rows are there: until then a fault can still be answered.
        response.ContentType = format is AuditFormat.Csv ? "text/csv; charset=utf-8" : "application/x-ndjson";
        response.Headers.ContentDisposition = format is AuditFormat.Csv
            ? "attachment; filename=audit_log.csv"
            : "attachment; filename=audit_log.ndjson";
        if (format is AuditFormat.Csv)
        {
            await response.WriteAsync("id,at,actor,key_id,action,target,project,details\r\n", cancellationToken);
        }

        while (batch.Count > 0)
        {
            await response.WriteAsync(Write(batch, json), cancellationToken);
            parameters["LastAt"] = batch[^1].At;
            parameters["LastId"] = batch[^1].Id;
            batch = batch.Count < BatchSize
                ? []
                : await database.ReadAsync<AuditEntry>(caller, Sql, parameters, cancellationToken);
        }
    }

    private string Write(IReadOnlyList<AuditEntry> entries, JsonSerializerOptions json)
    {
        var text = new StringBuilder();
        foreach (var entry in entries)
        {
            if (format is AuditFormat.Csv)
            {
                AppendCsv(text, entry);
            }
            else
            {
                text.Append(JsonSerializer.Serialize(entry.ToResource(), json)).Append('\n');
            }
        }

        return text.ToString();
    }

    /// <summary>A record of RFC 4180.</summary>
    private static void AppendCsv(StringBuilder text, AuditEntry entry)
    {
        string?[] fields =
        [
            entry.Id, entry.At.ToString("O", CultureInfo.InvariantCulture), entry.Actor, entry.KeyId, entry.Action,
            entry.Target, entry.ProjectId, entry.Details,
        ];
        text.AppendJoin(',', fields.Select(Quote)).Append("\r\n");
    }

    /// <summary>A cell that begins like a formula would be one in a spreadsheet: it gets an apostrophe in front.</summary>
    private static string Quote(string? field)
    {
        var safe = field is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] ? $"'{field}" : field ?? "";
        return safe.AsSpan().ContainsAny(",\"\r\n") ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }
}

/// <summary>How the log is exported.</summary>
internal enum AuditFormat
{
    /// <summary>RFC 4180, with a header.</summary>
    Csv,

    /// <summary>One JSON object on each line.</summary>
    NdJson,
}
