using MassTransit;
using Sora.ServiceDefaults;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Identity;
using Sora.ServiceDefaults.Messaging;
using Sora.VideoService.Catalogue;
using Sora.VideoService.Characters;
using Sora.VideoService.Creates;
using Sora.VideoService.Sources;
using Sora.VideoService.Streams;
using Sora.VideoService.Tracking;
using Sora.VideoService.Videos;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("video-service").AddInternalAuthentication().AddServiceClients();
builder.AddDatabase("videodb").AddRedis();

// What stands later stops earlier: first the workers, then the consumers, then the writer of what both have learnt.
builder.AddCatalogue().AddCreates().AddVideos().AddSources().AddCharacters();
builder.AddMessaging("video-service", bus => bus.AddConsumers(typeof(Program).Assembly));
builder.AddTracking().AddStreams();
var app = builder.Build();
app.MapDefaultEndpoints().MapCatalogue().MapVideos().MapCreates().MapSources().MapCharacters().MapStreams();
app.Run();
