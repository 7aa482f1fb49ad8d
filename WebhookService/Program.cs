using Sora.ServiceDefaults;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Identity;
using Sora.ServiceDefaults.Messaging;
using Sora.WebhookService.Inbound;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("webhook-service");
builder.AddInternalAuthentication();
builder.AddDatabase("webhookdb");
builder.AddMessaging("webhook-service");
builder.AddInbound();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapInbound();
app.Run();
