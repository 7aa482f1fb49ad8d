using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Sora.ServiceDefaults.Identity;
using Sora.WebhookService.Requests;

namespace Sora.WebhookService.Deliveries;

/// <summary>Events on their way to the customers' endpoints, and the log of it.</summary>
internal static class DeliveriesModule
{
    /// <summary>Adds the senders, configured by section <c>Deliveries</c>. A wrong setting stops the start.</summary>
    public static WebApplicationBuilder AddDeliveries(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<DeliveryOptions>().BindConfiguration("Deliveries").ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<DeliveryOptions>, DeliveryOptionsValidator>();
        builder.Services.AddSingleton<IValidateOptions<DeliveryOptions>, DeliveryTimesValidator>();
        builder.Services.AddSingleton<DeliveryMetrics>();
        builder.Services.AddSingleton<DeliveryClaims>();
        builder.Services.AddSingleton<WebhookSender>();
        builder.Services.AddSingleton<RecordAttempt>();
        builder.Services.AddSingleton<DeliverEvent>();
        builder.Services.AddSingleton<ReplayDelivery>();
        builder.Services.AddSingleton<ReplayDeliveries>();
        builder.Services.AddHostedService<DeliveryWorker>();
        builder.Services.AddHostedService<ForgetOldEvents>();
        return builder;
    }

    /// <summary>A delivery of another project's endpoint is 404 everywhere.</summary>
    public static void MapDeliveries(this WebApplication app)
    {
        var endpoint = app.MapGroup("/v1/webhook_endpoints/{id}").WithTags("Webhooks")
            .WithMetadata(new RequestSizeLimitAttribute(RequestBody.MaximumBytes));
        endpoint.MapGet("/deliveries", ListDeliveries.HandleAsync)
            .Produces<ListResource<DeliveryResource>>()
            .WithName("listWebhookDeliveries").WithSummary("List what was sent to a webhook endpoint");
        endpoint.MapGet("/deliveries/{delivery}", GetDelivery.HandleAsync)
            .Produces<DeliveryResource>()
            .WithName("getWebhookDelivery").WithSummary("Retrieve a delivery with its attempts");
        endpoint.MapPost("/deliveries/{delivery}/replay", ReplayOne)
            .Produces<DeliveryResource>()
            .WithName("replayWebhookDelivery").WithSummary("Send a delivery again, with the same webhook-id");
        endpoint.MapPost("/replay", ReplayMany)
            .Produces<ReplayResult>()
            .WithName("replayWebhookDeliveries").WithSummary("Send again what a webhook endpoint missed");
    }

    private static Task<IResult> ReplayOne(
        string id, string delivery, Caller caller, ReplayDelivery feature, CancellationToken cancellationToken) =>
        feature.HandleAsync(id, delivery, caller, cancellationToken);

    private static Task<IResult> ReplayMany(
        string id, HttpRequest request, Caller caller, ReplayDeliveries feature, CancellationToken cancellationToken) =>
        feature.HandleAsync(id, request, caller, cancellationToken);
}
