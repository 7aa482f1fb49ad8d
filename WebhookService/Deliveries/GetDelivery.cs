using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Identity;

namespace Sora.WebhookService.Deliveries;

/// <summary>
/// <c>GET /v1/webhook_endpoints/{id}/deliveries/{delivery}</c>: a delivery with what was sent and every request.
/// </summary>
internal static class GetDelivery
{
    // The newest; a delivery that is replayed for weeks has more than anybody reads.
    private const string FindAttempts =
        """
        select number, sent_at, duration_ms, status_code, error, answer from webhook_attempts
        where delivery_id = @Id and project = @Project order by number desc limit 100
        """;

    public static async Task<IResult> HandleAsync(
        string id, string delivery, Caller caller, ServiceDatabase database, CancellationToken cancellationToken)
    {
        if (await FindDelivery.ByIdAsync(database, id, delivery, caller, cancellationToken) is not { } row)
        {
            return FindDelivery.NotFound(delivery);
        }

        var attempts = await database.ReadAsync<AttemptRow>(
            caller, FindAttempts, new { row.Id, caller.Project }, cancellationToken);
        return TypedResults.Ok(DeliveryResource.From(row) with
        {
            Body = row.Body,
            Attempts = [.. attempts.Select(attempt => attempt.ToResource())],
        });
    }

    private sealed record AttemptRow
    {
        public int Number { get; init; }

        public DateTimeOffset SentAt { get; init; }

        public int DurationMs { get; init; }

        public int? StatusCode { get; init; }

        public string? Error { get; init; }

        public string? Answer { get; init; }

        public AttemptResource ToResource() =>
            new(Number, SentAt.ToUnixTimeSeconds(), DurationMs, StatusCode, Error, Answer);
    }
}
