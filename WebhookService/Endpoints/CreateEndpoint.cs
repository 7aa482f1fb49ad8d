using Microsoft.Extensions.Options;
using Sora.ServiceDefaults;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;
using Sora.WebhookService.Requests;

namespace Sora.WebhookService.Endpoints;

/// <summary><c>POST /v1/webhook_endpoints</c>: a new endpoint with its secret, which is shown this once.</summary>
internal sealed class CreateEndpoint(
    ServiceDatabase database, SecretVault vault, GuardedHttp http, IOptions<EndpointOptions> options, TimeProvider clock)
{
    private const string Insert =
        """
        insert into webhook_endpoints (id, organization, project, name, url, event_types, created_at, updated_at)
        values (@Id, @Organization, @Project, @Name, @Url, @EventTypes, @CreatedAt, @UpdatedAt)
        """;

    public async Task<IResult> HandleAsync(HttpRequest request, Caller caller, CancellationToken cancellationToken)
    {
        var (body, error) = await RequestBody.ReadAsync<CreateEndpointRequest>(request, cancellationToken);
        if (body is null || (error = body.FindFault(http)) is not null)
        {
            return error!;
        }

        await using var work = await database.BeginAsync(caller, cancellationToken);
        if (await CountAsync(work, caller, cancellationToken) >= options.Value.MaxPerProject)
        {
            return ApiError.Invalid(
                null,
                $"The project has {options.Value.MaxPerProject} webhook endpoints, which is the most. Delete one first.",
                "too_many_webhook_endpoints");
        }

        var secret = NewSecret.Create();
        var endpoint = body.ToEndpoint(caller, clock.GetUtcNow()) with { SecretHint = secret.Hint };
        await work.ExecuteAsync(Insert, endpoint, cancellationToken);
        await secret.SaveAsync(work, vault, endpoint.Id, caller.Project, cancellationToken);
        work.Record(
            caller,
            "webhook_endpoint.created",
            endpoint.Id,
            endpoint.CreatedAt,
            ("name", endpoint.Name),
            ("host", endpoint.Host),
            ("event_types", string.Join(' ', endpoint.EventTypes)));
        await work.CommitAsync(cancellationToken);
        return TypedResults.Ok(EndpointResource.From(endpoint) with { SigningSecret = secret.Text });
    }

    // Under a lock for the project, or two creates at once would both see room for one.
    private static async Task<long> CountAsync(UnitOfWork work, Caller caller, CancellationToken cancellationToken)
    {
        await work.ExecuteAsync("select pg_advisory_xact_lock(hashtext(@Project))", caller, cancellationToken);
        return await work.QuerySingleOrDefaultAsync<long>(
            "select count(*) from webhook_endpoints where project = @Project", caller, cancellationToken);
    }
}

/// <summary>The body of a create; every member is required.</summary>
internal sealed record CreateEndpointRequest
{
    public string? Name { get; init; }

    public string? Url { get; init; }

    public IReadOnlyList<string?>? EventTypes { get; init; }

    public ApiError? FindFault(GuardedHttp http) => this switch
    {
        { Name: null } => ApiError.Missing("name"),
        { Url: null } => ApiError.Missing("url"),
        { EventTypes: null } => ApiError.Missing("event_types"),
        _ => EndpointFields.CheckName(Name)
            ?? EndpointFields.CheckUrl(Url, http)
            ?? EndpointFields.CheckEventTypes(EventTypes),
    };

    /// <summary>The endpoint that a body without fault asks for.</summary>
    public WebhookEndpoint ToEndpoint(Caller caller, DateTimeOffset now) => new()
    {
        Id = Ids.New("whe", now),
        Organization = caller.Organization,
        Project = caller.Project,
        Name = Name!,
        Url = Url!,
        EventTypes = [.. EventTypes!.OfType<string>().Distinct()],
        CreatedAt = now,
        UpdatedAt = now,
    };
}
