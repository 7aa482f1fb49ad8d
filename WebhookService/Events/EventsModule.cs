using MassTransit;

namespace Sora.WebhookService.Events;

/// <summary>What happens on the platform, turned into events that projects hear.</summary>
internal static class EventsModule
{
    /// <summary>Adds what hears of videos that ended.</summary>
    public static void AddEventConsumers(this IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<AnnounceCompletion>();
        bus.AddConsumer<AnnounceFailure>();
        bus.AddConsumer<AnnounceApprovalRequest>();
    }

    /// <summary>Maps the list of what can be subscribed to.</summary>
    public static void MapEvents(this WebApplication app) =>
        app.MapGet("/v1/webhook_event_types", ListEventTypes.Handle)
            .Produces<EventTypeList>()
            .WithName("listWebhookEventTypes")
            .WithSummary("List the event types that a webhook endpoint can subscribe to")
            .WithTags("Webhooks");
}
