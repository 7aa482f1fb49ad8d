using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Sora.ServiceDefaults;

/// <summary>
/// What a probe reads: <c>{"status":"degraded","checks":{"database":"healthy","rabbitmq":"degraded"}}</c>. Reasons stand in
/// the log only, as anybody may ask.
/// </summary>
internal sealed record HealthAnswer(string Status, IReadOnlyDictionary<string, string> Checks)
{
    public static HealthCheckOptions To(Func<HealthCheckRegistration, bool> checks) => new()
    {
        Predicate = checks,
        ResponseWriter = (context, report) =>
            context.Response.WriteAsJsonAsync(From(report), context.RequestAborted),
    };

    private static HealthAnswer From(HealthReport report) => new(
        Word(report.Status), report.Entries.ToDictionary(check => check.Key, check => Word(check.Value.Status)));

    private static string Word(HealthStatus status) => Enum.GetName(status)!.ToLowerInvariant();
}
