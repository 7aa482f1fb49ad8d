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
builder.AddMessaging(ServiceName, bus => bus.AddConsumers(typeof(Program).Assembly));
builder.AddCatalogue().AddVideos().AddTracking();

var app = builder.Build();
app.MapDefaultEndpoints().MapVideos();
app.Run();
