using MassTransit;
using Sora.ServiceDefaults;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Identity;
using Sora.ServiceDefaults.Messaging;
using Sora.VideoService.Catalogue;
using Sora.VideoService.Creates;
using Sora.VideoService.Tracking;
using Sora.VideoService.Videos;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("video-service").AddInternalAuthentication().AddServiceClients();
builder.AddDatabase("videodb").AddRedis();

// What stands later stops earlier: first the workers, then the consumers, then the writer of what both have learnt.
builder.AddCatalogue().AddCreates().AddVideos();
builder.AddMessaging("video-service", bus => bus.AddConsumers(typeof(Program).Assembly));
builder.AddTracking();
var app = builder.Build();
app.MapDefaultEndpoints().MapVideos().MapCreates();
app.Run();
