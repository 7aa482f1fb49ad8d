using System.Text.Json.Serialization;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;
using Sora.WebhookService.Endpoints;
using Sora.WebhookService.Requests;

namespace Sora.WebhookService.Deliveries;

/// <summary>
/// <c>POST /v1/webhook_endpoints/{id}/replay</c>: sends again what an endpoint missed, oldest first, ten thousand at a
/// time. Without a status that is what failed and what was held; without times, all that is still in the log.
/// </summary>
internal sealed class ReplayDeliveries(ServiceDatabase database, TimeProvider clock)
{
    private const int Most = 10_000;

    private const string Sql =
        $"""
        update webhook_deliveries {ReplayDelivery.Again}
        where id in (
            select id from webhook_deliveries
            where endpoint_id = @EndpointId and project = @Project and status = any(@Statuses)
                and created_at >= @Since and created_at < @Until
            order by created_at, id limit @Most for update)
        """;

    public async Task<IResult> HandleAsync(
        string id, HttpRequest request, Caller caller, CancellationToken cancellationToken)
    {
        var (body, error) = await RequestBody.ReadAsync<ReplayDeliveriesRequest>(request, cancellationToken);
        if (body is null || (error = body.FindFault()) is not null)
        {
            return error!;
        }

        await using var work = await database.BeginAsync(caller, cancellationToken);
        if (await FindEndpoint.LockAsync(work, id, caller, cancellationToken) is not { } endpoint)
        {
            return FindEndpoint.NotFound(id);
        }

        if (endpoint.DisabledAt is not null)
        {
            return ReplayDelivery.IsDisabled();
        }

        var now = clock.GetUtcNow();
        var count = await work.ExecuteAsync(
            Sql,
            new
            {
                EndpointId = id,
                caller.Project,
                Statuses = body.Statuses,
                Since = DateTimeOffset.FromUnixTimeSeconds(body.Since ?? 0),
                Until = body.Until is { } until ? DateTimeOffset.FromUnixTimeSeconds(until) : now,
                Now = now,
                Most,
            },
            cancellationToken);
        await work.ExecuteAsync(DeliveryClaims.Wake, null, cancellationToken);
        await work.CommitAsync(cancellationToken);
        return TypedResults.Ok(new ReplayResult("webhook_endpoint.replay", id, count, count == Most));
    }
}

/// <summary>The body of a replay of many; it may be empty.</summary>
internal sealed record ReplayDeliveriesRequest
{
    // To the year 9999, where .NET's time ends.
    private const long LastSecond = 253_402_300_799;

    private static readonly string[] Replayable =
        [DeliveryStatus.Failed, DeliveryStatus.Held, DeliveryStatus.Delivered];

    /// <summary>Unix seconds: deliveries of events from then on.</summary>
    public long? Since { get; init; }

    /// <summary>Unix seconds: deliveries of events before then.</summary>
    public long? Until { get; init; }

    /// <summary>Only deliveries of this status.</summary>
    public string? Status { get; init; }

    [JsonIgnore]
    public string[] Statuses => Status is null ? [DeliveryStatus.Failed, DeliveryStatus.Held] : [Status];

    public ApiError? FindFault() => this switch
    {
        { Since: < 0 or > LastSecond } => ApiError.Invalid("since", "'since' must be a time in unix seconds."),
        { Until: < 0 or > LastSecond } => ApiError.Invalid("until", "'until' must be a time in unix seconds."),
        _ when Until < Since => ApiError.Invalid("until", "'until' must not be before 'since'."),
        _ when Status is null || Replayable.Contains(Status) => null,
        _ => ApiError.Invalid(
            "status", $"Invalid 'status'. Supported values are: '{string.Join("', '", Replayable)}'."),
    };
}

/// <summary>What a replay of many did.</summary>
/// <param name="Kind">Always <c>webhook_endpoint.replay</c>.</param>
/// <param name="WebhookEndpointId">The endpoint.</param>
/// <param name="Count">How many deliveries will be sent again.</param>
/// <param name="HasMore">That was the most at a time: repeat the request.</param>
internal sealed record ReplayResult(
    [property: JsonPropertyName("object")] string Kind, string WebhookEndpointId, int Count, bool HasMore);
