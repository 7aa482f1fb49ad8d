using Sora.ServiceDefaults;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;
using Sora.WebhookService.Requests;

namespace Sora.WebhookService.Endpoints;

/// <summary>
/// <c>POST /v1/webhook_endpoints/{id}</c>: changes what the body names. What is sent from then on goes to the new URL;
/// new event types count for events from then on. Enabled again, an endpoint begins with a clean record.
/// </summary>
internal sealed class UpdateEndpoint(ServiceDatabase database, GuardedHttp http, TimeProvider clock)
{
    private const string Update =
        """
        update webhook_endpoints set name = @Name, url = @Url, event_types = @EventTypes, updated_at = @UpdatedAt
        where id = @Id and project = @Project
        """;

    private const string Enable =
        """
        update webhook_endpoints set disabled_at = null, disabled_reason = null, failures = 0, failing_since = null,
            paused_until = null, is_slow = false
        where id = @Id and project = @Project
        """;

    public async Task<IResult> HandleAsync(
        string id, HttpRequest request, Caller caller, CancellationToken cancellationToken)
    {
        var (body, error) = await RequestBody.ReadAsync<UpdateEndpointRequest>(request, cancellationToken);
        if (body is null || (error = body.FindFault(http)) is not null)
        {
            return error!;
        }

        await using var work = await database.BeginAsync(caller, cancellationToken);
        if (await FindEndpoint.LockAsync(work, id, caller, cancellationToken) is not { } endpoint)
        {
            return FindEndpoint.NotFound(id);
        }

        var updated = body.Apply(endpoint, clock.GetUtcNow());
        if (updated is not null)
        {
            await SaveAsync(work, caller, endpoint, updated, cancellationToken);
            await work.CommitAsync(cancellationToken);
        }

        return TypedResults.Ok(EndpointResource.From(updated ?? endpoint));
    }

    private static async Task SaveAsync(
        UnitOfWork work,
        Caller caller,
        WebhookEndpoint before,
        WebhookEndpoint after,
        CancellationToken cancellationToken)
    {
        await work.ExecuteAsync(Update, after, cancellationToken);
        if (before.DisabledAt is null && after.DisabledAt is not null)
        {
            await DisableEndpoint.ApplyAsync(work, after, DisabledReason.ByUser, after.UpdatedAt, cancellationToken);
        }
        else if (before.DisabledAt is not null && after.DisabledAt is null)
        {
            await work.ExecuteAsync(Enable, after, cancellationToken);
        }

        work.Record(
            caller,
            "webhook_endpoint.updated",
            after.Id,
            after.UpdatedAt,
            ("name", after.Name),
            ("host", after.Host),
            ("event_types", string.Join(' ', after.EventTypes)),
            ("status", EndpointResourceExtension.From(after).Status));
    }
}

/// <summary>The body of an update; what is missing or null stays as it is.</summary>
internal sealed record UpdateEndpointRequest
{
    public string? Name { get; init; }

    public string? Url { get; init; }

    public IReadOnlyList<string?>? EventTypes { get; init; }

    public UpdateEndpointExtension? Sora { get; init; }

    public ApiError? FindFault(GuardedHttp http) =>
        (Name is null ? null : EndpointFields.CheckName(Name))
        ?? (Url is null ? null : EndpointFields.CheckUrl(Url, http))
        ?? (EventTypes is null ? null : EndpointFields.CheckEventTypes(EventTypes))
        ?? (Sora?.Status is null or EndpointResourceExtension.Enabled or EndpointResourceExtension.Disabled
            ? null
            : ApiError.Invalid("sora.status", "'sora.status' must be 'enabled' or 'disabled'."));

    /// <summary>The endpoint as a body without fault wants it, or null when it already is.</summary>
    public WebhookEndpoint? Apply(WebhookEndpoint endpoint, DateTimeOffset now)
    {
        var updated = endpoint with { Name = Name ?? endpoint.Name, Url = Url ?? endpoint.Url };
        string[] types = [.. EventTypes?.OfType<string>().Distinct() ?? endpoint.EventTypes];
        updated = Sora?.Status switch
        {
            EndpointResourceExtension.Enabled when endpoint.DisabledAt is not null =>
                updated with { DisabledAt = null, DisabledReason = null, FailingSince = null },
            EndpointResourceExtension.Disabled when endpoint.DisabledAt is null =>
                updated with { DisabledAt = now, DisabledReason = DisabledReason.ByUser },
            _ => updated,
        };
        return updated == endpoint && types.SequenceEqual(endpoint.EventTypes)
            ? null
            : updated with { EventTypes = types, UpdatedAt = now };
    }
}

/// <summary>What an update may change beyond the protocol.</summary>
internal sealed record UpdateEndpointExtension
{
    /// <summary><c>enabled</c> or <c>disabled</c>.</summary>
    public string? Status { get; init; }
}
