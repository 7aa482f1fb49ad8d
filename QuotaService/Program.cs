using Sora.QuotaService.Holds;
using Sora.QuotaService.Ledger;
using Sora.QuotaService.Prices;
using Sora.QuotaService.Usage;
using Sora.ServiceDefaults;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Identity;
using Sora.ServiceDefaults.Messaging;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("quota-service").AddInternalAuthentication().AddDatabase("quotadb");
builder.AddPrices().AddHolds().AddLedger().AddUsage();
builder.AddMessaging("quota-service", bus => bus.AddHoldConsumers());

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapHolds().MapUsage();
app.Run();
