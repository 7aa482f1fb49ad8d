using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Sora.ServiceDefaults.Identity;
using Sora.WebhookService.Requests;

namespace Sora.WebhookService.Endpoints;

/// <summary>The customers' webhook endpoints, in the official SDK's shapes (<c>client.webhooks</c>).</summary>
internal static class EndpointsModule
{
    /// <summary>Adds the endpoints' features, configured by section <c>Endpoints</c>.</summary>
    public static WebApplicationBuilder AddEndpoints(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<EndpointOptions>().BindConfiguration("Endpoints").ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<EndpointOptions>, EndpointOptionsValidator>();
        builder.Services.AddSingleton<IValidateOptions<EndpointOptions>, SealingKeysValidator>();
        builder.Services.AddSingleton<SecretVault>();
        builder.Services.AddSingleton<CreateEndpoint>();
        builder.Services.AddSingleton<UpdateEndpoint>();
        builder.Services.AddSingleton<DeleteEndpoint>();
        builder.Services.AddSingleton<RotateSecret>();
        builder.Services.AddSingleton<TestEndpoint>();
        return builder;
    }

    /// <summary>An endpoint of another project is 404 everywhere.</summary>
    public static void MapEndpoints(this WebApplication app)
    {
        var endpoints = app.MapGroup("/v1/webhook_endpoints").WithTags("Webhooks")
            .WithMetadata(new RequestSizeLimitAttribute(RequestBody.MaximumBytes));
        endpoints.MapPost("", Create)
            .Produces<EndpointResource>().WithName("createWebhookEndpoint").WithSummary("Create a webhook endpoint");
        endpoints.MapGet("", ListEndpoints.HandleAsync)
            .Produces<ListResource<EndpointResource>>()
            .WithName("listWebhookEndpoints").WithSummary("List the project's webhook endpoints");
        endpoints.MapGet("/{id}", GetEndpoint.HandleAsync)
            .Produces<EndpointResource>().WithName("getWebhookEndpoint").WithSummary("Retrieve a webhook endpoint");
        endpoints.MapPost("/{id}", Update)
            .Produces<EndpointResource>().WithName("updateWebhookEndpoint").WithSummary("Change a webhook endpoint");
        endpoints.MapDelete("/{id}", Delete)
            .Produces<DeletedEndpoint>().WithName("deleteWebhookEndpoint").WithSummary("Delete a webhook endpoint");
        endpoints.MapPost("/{id}/rotate_secret", Rotate)
            .Produces<EndpointResource>().WithName("rotateWebhookSecret")
            .WithSummary("Replace a webhook endpoint's signing secret");
        endpoints.MapPost("/{id}/test", Test)
            .Produces<EndpointTestResult>().WithName("testWebhookEndpoint")
            .WithSummary("Send a sample event to a webhook endpoint");
    }

    private static Task<IResult> Create(
        HttpRequest request, Caller caller, CreateEndpoint feature, CancellationToken cancellationToken) =>
        feature.HandleAsync(request, caller, cancellationToken);

    private static Task<IResult> Update(
        string id, HttpRequest request, Caller caller, UpdateEndpoint feature, CancellationToken cancellationToken) =>
        feature.HandleAsync(id, request, caller, cancellationToken);

    private static Task<IResult> Delete(
        string id, Caller caller, DeleteEndpoint feature, CancellationToken cancellationToken) =>
        feature.HandleAsync(id, caller, cancellationToken);

    private static Task<IResult> Rotate(
        string id, HttpRequest request, Caller caller, RotateSecret feature, CancellationToken cancellationToken) =>
        feature.HandleAsync(id, request, caller, cancellationToken);

    private static Task<IResult> Test(
        string id, HttpRequest request, Caller caller, TestEndpoint feature, CancellationToken cancellationToken) =>
        feature.HandleAsync(id, request, caller, cancellationToken);
}
