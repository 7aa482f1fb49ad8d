using Sora.ServiceDefaults;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Identity;
using Sora.ServiceDefaults.Messaging;
using Sora.WebhookService.Deliveries;
using Sora.WebhookService.Endpoints;
using Sora.WebhookService.Events;
using Sora.WebhookService.Inbound;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("webhook-service").AddInternalAuthentication().AddGuardedHttp();
builder.AddDatabase("webhookdb");
builder.AddInbound().AddEndpoints().AddDeliveries();
builder.AddMessaging("webhook-service", bus => bus.AddEventConsumers());

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapInbound();
app.MapEvents();
app.MapEndpoints();
app.MapDeliveries();
app.Run();
