using Dapper;
using Microsoft.Extensions.Options;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Identity;
using Sora.WebhookService.Endpoints;
using Sora.WebhookService.Events;

namespace Sora.WebhookService.Deliveries;

/// <summary>
/// Writes down what came of an attempt, in one transaction: the attempt, what becomes of the delivery, and how the
/// endpoint is doing. A success counts whoever had it; a failure only while its claim still holds.
/// </summary>
internal sealed partial class RecordAttempt(
    ServiceDatabase database,
    DeliveryMetrics metrics,
    IOptions<DeliveryOptions> options,
    TimeProvider clock,
    ILogger<RecordAttempt> logger)
{
    private const string ServiceAccount = "webhook-service";

    // Days of failures are no verdict on an endpoint that was hardly ever tried.
    private const int FewestFailures = 10;

    // Nothing when the endpoint, and with it the delivery, was deleted meanwhile.
    private const string Insert =
        """
        insert into webhook_attempts (delivery_id, number, project, sent_at, duration_ms, status_code, error, answer)
        select id, @Attempt, project, @SentAt, @Milliseconds, @StatusCode, @Error, @Answer
        from webhook_deliveries where id = @Id for key share on conflict do nothing;
        """;

    private const string Succeed =
        $"""
        {Insert}
        update webhook_deliveries set status = 'delivered', delivered_at = @Now, next_attempt_at = null, in_flight = false
        where id = @Id and status = 'pending';
        update webhook_endpoints
        set failures = 0, failing_since = null, paused_until = null, is_slow = @IsSlow
        where id = @EndpointId and (failures > 0 or is_slow <> @IsSlow);
        """;

    private const string LockEndpoint =
        $"select {WebhookEndpoint.Columns} from webhook_endpoints where id = @EndpointId for no key update";

    private const string Fail =
        $"""
        {Insert}
        update webhook_deliveries set status = @Status, failures = failures + 1, next_attempt_at = @Due, in_flight = false
        where id = @Id and status = 'pending' and in_flight and attempt = @Attempt;
        update webhook_endpoints
        set failures = failures + 1, failing_since = @FailingSince, paused_until = @PausedUntil, is_slow = @IsSlow
        where id = @EndpointId;
        """;

    public async Task RecordAsync(DeliveryClaim claim, SendOutcome outcome, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(cancellationToken);
        var isGivenUp = false;
        if (outcome.IsSuccess)
        {
            await work.ExecuteAsync(Succeed, Parameters(claim, outcome), cancellationToken);
        }
        else
        {
            isGivenUp = await FailAsync(work, claim, outcome, cancellationToken);
        }

        await work.CommitAsync(cancellationToken);
        metrics.Attempted(outcome, isGivenUp);
    }

    /// <returns>Whether it was the delivery's last attempt.</returns>
    private async Task<bool> FailAsync(
        UnitOfWork work, DeliveryClaim claim, SendOutcome outcome, CancellationToken cancellationToken)
    {
        var endpoint = await work.QuerySingleOrDefaultAsync<WebhookEndpoint>(
            LockEndpoint, new { claim.EndpointId }, cancellationToken);
        if (endpoint is null)
        {
            return false;
        }

        var now = clock.GetUtcNow();
        var settings = options.Value;
        var (failures, since) = (endpoint.Failures + 1, endpoint.FailingSince ?? outcome.SentAt);
        var pause = RetrySchedule.Next(settings.Pauses, claim.Failures + 1, outcome.RetryAfter, Random.Shared.NextDouble());
        var isHeld = endpoint.DisabledAt is not null;
        var parameters = Parameters(claim, outcome);
        parameters.Add("Status", pause is null ? DeliveryStatus.Failed : isHeld ? DeliveryStatus.Held : DeliveryStatus.Pending);
        parameters.Add("Due", isHeld ? null : now + pause);
        parameters.Add("FailingSince", since);
        parameters.Add(
            "PausedUntil",
            now + RetrySchedule.PauseOf(failures, outcome.StatusCode, outcome.RetryAfter, settings.MaxPause));
        await work.ExecuteAsync(Fail, parameters, cancellationToken);

        var isHopeless = failures >= FewestFailures && now - since >= settings.DisableAfter;
        if (!isHeld && (outcome.IsGone || isHopeless))
        {
            await DisableAsync(
                work, endpoint, outcome.IsGone ? DisabledReason.Gone : DisabledReason.Failing, now, cancellationToken);
        }

        return pause is null;
    }

    /// <summary>Nothing more is sent to it; the project's other endpoints are told, and the audit log says why.</summary>
    private async Task DisableAsync(
        UnitOfWork work, WebhookEndpoint endpoint, string reason, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await DisableEndpoint.ApplyAsync(work, endpoint, reason, now, cancellationToken);
        await new NewEvent(EventTypes.EndpointDisabled, endpoint.Organization, endpoint.Project, endpoint.Id, now)
            .SaveAsync(work, now, cancellationToken);
        work.Record(
            Caller.ForJob(ServiceAccount, endpoint.Organization, endpoint.Project),
            "webhook_endpoint.disabled",
            endpoint.Id,
            now,
            ("name", endpoint.Name),
            ("host", endpoint.Host),
            ("reason", reason));
        metrics.Disabled(reason);
        Log.Disabled(logger, endpoint.Id, reason);
    }

    private DynamicParameters Parameters(DeliveryClaim claim, SendOutcome outcome) => new(new
    {
        claim.Id,
        claim.EndpointId,
        claim.Attempt,
        outcome.SentAt,
        Milliseconds = (int)outcome.Duration.TotalMilliseconds,
        outcome.StatusCode,
        outcome.Error,
        outcome.Answer,
        IsSlow = outcome.Duration > options.Value.SlowAfter,
        Now = clock.GetUtcNow(),
    });

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Webhook endpoint {Id} is disabled: {Reason}")]
        public static partial void Disabled(ILogger logger, string id, string reason);
    }
}
