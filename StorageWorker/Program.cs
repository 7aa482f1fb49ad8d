using MassTransit;
using Sora.ServiceDefaults;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Identity;
using Sora.ServiceDefaults.Messaging;
using Sora.StorageWorker.Clips;
using Sora.StorageWorker.Lifetimes;
using Sora.StorageWorker.Objects;
using Sora.StorageWorker.References;
using Sora.StorageWorker.Scrubbing;
using Sora.StorageWorker.Shares;
using Sora.StorageWorker.Uploads;
using Sora.Upstreams;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("storage-worker").AddInternalAuthentication().AddServiceClients();
builder.AddDatabase("storagedb");
builder.AddMessaging("storage-worker", bus => bus.AddConsumers(typeof(Program).Assembly));
builder.Services.AddUpstreams(builder.Configuration);
builder.AddObjects().AddClips().AddReferences().AddUploads().AddShares().AddLifetimes().AddScrubbing();

var app = builder.Build();
app.MapDefaultEndpoints().MapClips().MapReferences().MapUploads().MapShares();
app.Run();
