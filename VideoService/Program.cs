using MassTransit;
using Sora.ServiceDefaults;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Identity;
using Sora.ServiceDefaults.Messaging;
using Sora.VideoService.Catalogue;
using Sora.VideoService.Tracking;
using Sora.VideoService.Videos;

const string ServiceName = "video-service";
var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults(ServiceName).AddInternalAuthentication().AddServiceClients();
builder.AddDatabase("videodb").AddRedis();

// What stands later stops earlier: first the workers, then the consumers, then the writer of what both have learnt.
builder.AddCatalogue().AddVideos();
builder.AddMessaging(ServiceName, bus => bus.AddConsumers(typeof(Program).Assembly));
builder.AddTracking();

var app = builder.Build();
app.MapDefaultEndpoints().MapVideos();
app.Run();
