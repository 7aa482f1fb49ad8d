using System.Text.Json.Serialization;
using Sora.ServiceDefaults;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;
using Sora.WebhookService.Deliveries;
using Sora.WebhookService.Events;
using Sora.WebhookService.Requests;

namespace Sora.WebhookService.Endpoints;

/// <summary>
/// <c>POST /v1/webhook_endpoints/{id}/test</c>: sends a sample event once, signed like any other, and answers what the
/// endpoint said. It leaves nothing in the delivery log, and a disabled endpoint can be tried before it is enabled.
/// </summary>
internal sealed class TestEndpoint(ServiceDatabase database, WebhookSender sender, TimeProvider clock)
{
    private const string FindSecrets =
        $"""
        select {SendableWebhook.SecretsOfEndpoint} as sealed_secrets from webhook_endpoints endpoint
        where id = @Id and project = @Project
        """;

    public async Task<IResult> HandleAsync(
        string id, HttpRequest request, Caller caller, CancellationToken cancellationToken)
    {
        var (body, error) = await RequestBody.ReadAsync<TestEndpointRequest>(request, cancellationToken);
        if (body is null || (error = body.FindFault()) is not null)
        {
            return error!;
        }

        if (await FindEndpoint.ByIdAsync(database, id, caller, cancellationToken) is not { } endpoint)
        {
            return FindEndpoint.NotFound(id);
        }

        var sample = await MakeSampleAsync(endpoint, body.EventType!, caller, cancellationToken);
        var outcome = await sender.SendAsync(sample, cancellationToken);
        return outcome.StatusCode is { } status
            ? TypedResults.Ok(new EndpointTestResult("webhook_endpoint.test", id, body.EventType!, status, true))
            : ApiError.Invalid(
                null,
                $"The test event could not be delivered: {outcome.Answer ?? outcome.Error}",
                "webhook_test_failed");
    }

    private async Task<SendableWebhook> MakeSampleAsync(
        WebhookEndpoint endpoint, string type, Caller caller, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var sample = new NewEvent(type, caller.Organization, caller.Project, EventTypes.SampleId(type), now);
        var rows = await database.ReadAsync<SecretsRow>(
            caller, FindSecrets, new { endpoint.Id, caller.Project, Now = now }, cancellationToken);
        return new SendableWebhook(
            Ids.New("wh", now),
            endpoint.Id,
            endpoint.Url,
            sample.Body(Ids.New("evt", now)),
            rows.Count == 0 ? [] : rows[0].SealedSecrets);
    }

    private sealed record SecretsRow
    {
        public byte[][] SealedSecrets { get; init; } = [];
    }
}

/// <summary>The body of a test.</summary>
internal sealed record TestEndpointRequest
{
    public string? EventType { get; init; }

    public ApiError? FindFault() => EventType switch
    {
        null => ApiError.Missing("event_type"),
        _ when EventTypes.All.Contains(EventType) => null,
        _ => ApiError.Invalid(
            "event_type", $"Invalid 'event_type'. Supported values are: {EventTypes.Listed}."),
    };
}

/// <summary>The protocol's answer to a test.</summary>
/// <param name="Kind">Always <c>webhook_endpoint.test</c>.</param>
/// <param name="WebhookEndpointId">The endpoint.</param>
/// <param name="EventType">The sample's type.</param>
/// <param name="StatusCode">What the endpoint answered.</param>
/// <param name="Success">Whether it answered at all: always true, as no answer is an error.</param>
internal sealed record EndpointTestResult(
    [property: JsonPropertyName("object")] string Kind,
    string WebhookEndpointId,
    string EventType,
    int StatusCode,
    bool Success);
