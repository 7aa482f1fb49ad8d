using System.Net.Http.Headers;
using System.Net.Http.Json;

// The system on one page. A variable is a box, a WithReference is an arrow.
//   dotnet run --project AppHost                              runs it, with the dashboard
//   aspire publish --output-path out                          writes a Docker Compose file
//   aspire publish --output-path out -- --target kubernetes   writes a Helm chart
var builder = DistributedApplication.CreateBuilder(args);
var publishing = builder.ExecutionContext.IsPublishMode;

if (publishing && builder.Configuration["target"] == "kubernetes")
{
    builder.AddKubernetesEnvironment("kubernetes");
}
else if (publishing)
{
    builder.AddDockerComposeEnvironment("compose").WithDashboard(dashboard => dashboard.WithHostPort(18888));
}

// Secrets: made up at the first run and kept in the user secrets, or given as Parameters:NAME.
var identitySecret = Secret("internal-identity-secret");
var simulatorKey = Secret("simulator-api-key");
var webhookSecret = Secret("simulator-webhook-secret");

// Servers: containers, or existing ones where ConnectionStrings:NAME is configured.
var postgres = new Lazy<IResourceBuilder<PostgresServerResource>>(() => builder.AddPostgres("postgres").WithDataVolume());
var videoDb = Database("videodb");
var quotaDb = Database("quotadb");
var storageDb = Database("storagedb");
var webhookDb = Database("webhookdb");
var identityDb = Database("identitydb");
IResourceBuilder<IResourceWithConnectionString> rabbitMq = IsExternal("rabbitmq")
    ? builder.AddConnectionString("rabbitmq")
    : builder.AddRabbitMQ("rabbitmq").WithDataVolume();
IResourceBuilder<IResourceWithConnectionString> redis = IsExternal("redis")
    ? builder.AddConnectionString("redis")
    : builder.AddRedis("redis");

// The simulator stands where any other upstream could stand.
var simulator = builder.AddProject<Projects.Simulator>("simulator")
    .WithHttpHealthCheck("/health")
    .WithEnvironment("Simulator__ApiKey", simulatorKey)
    .WithEnvironment("Simulator__Webhooks__Secret", ReferenceExpression.Create($"whsec_{webhookSecret}"))
    .PublishAsDockerFile(image => image
        .WithDockerfile("..", "Simulator/Dockerfile")
        .WithVolume("sora-simulator", "/data")
        .WithEnvironment("Simulator__DataFolder", "/data"));

var quotaService = Service<Projects.QuotaService>("quota-service", quotaDb);
var storageWorker = WithUpstream(Service<Projects.StorageWorker>("storage-worker", storageDb))
    .PublishAsDockerFile(image => image
        .WithDockerfile("..", "StorageWorker/Dockerfile")
        .WithVolume("sora-clips", "/data")
        .WithEnvironment("Objects__Disk__Root", "/data"));
var webhookService = Service<Projects.WebhookService>("webhook-service", webhookDb)
    .WithEnvironment("Webhooks__Upstreams__simulator__Secrets__0", ReferenceExpression.Create($"whsec_{webhookSecret}"));
var videoService = WithUpstream(Service<Projects.VideoService>("video-service", videoDb))
    .WithReference(redis).WaitFor(redis)
    .WithReference(quotaService).WithReference(storageWorker);
storageWorker.WithReference(videoService);

// The only door. Its first start writes the first API key to a file, and beside it how the owner signs in.
var firstKeyFile = publishing
    ? "/tmp/sora-first-key"
    : Path.GetFullPath(Path.Combine(builder.AppHostDirectory, "..", "artifacts", "first-key"));
var gateway = builder.AddProject<Projects.Gateway>("gateway")
    .WithHttpHealthCheck("/health")
    .WithExternalHttpEndpoints()
    .WithEnvironment("InternalIdentity__Secret", identitySecret)
    .WithEnvironment("Gateway__FirstKeyFile", firstKeyFile)
    // A container listens on every address: only a proxy that speaks https may stand before it.
    .WithEnvironment("Gateway__BehindTlsProxy", publishing ? "true" : "false")
    .WithReference(identityDb).WaitFor(identityDb)
    .WithReference(rabbitMq).WaitFor(rabbitMq)
    .WithReference(redis).WaitFor(redis)
    .WithReference(videoService).WaitFor(videoService)
    .WithReference(quotaService).WaitFor(quotaService)
    .WithReference(storageWorker).WaitFor(storageWorker)
    .WithReference(webhookService).WaitFor(webhookService)
    .WithUrlForEndpoint("http", url => url.DisplayText = "API")
    .WithHttpCommand("/v1/videos", "Make a demo clip", commandName: "demo-clip", commandOptions: new HttpCommandOptions
    {
        IconName = "VideoClip",
        PrepareRequest = async context =>
        {
            var key = await File.ReadAllTextAsync(firstKeyFile, context.CancellationToken);
            context.Request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key.Trim());
            context.Request.Content = JsonContent.Create(new { prompt = "A red kite over a park, golden hour", seconds = "4" });
        },
    });
simulator.WithEnvironment(
    "Simulator__Webhooks__Url", ReferenceExpression.Create($"{gateway.GetEndpoint("http")}/webhooks/simulator"));

builder.Build().Run();

bool IsExternal(string name) => builder.Configuration[$"ConnectionStrings:{name}"] is not null;

// 44 letters and digits are also the base64 of 33 bytes.
IResourceBuilder<ParameterResource> Secret(string name) => builder.AddParameter(
    name, new GenerateParameterDefault { MinLength = 44, Special = false }, secret: true, persist: true);

IResourceBuilder<IResourceWithConnectionString> Database(string name) =>
    IsExternal(name) ? builder.AddConnectionString(name) : postgres.Value.AddDatabase(name);

IResourceBuilder<ProjectResource> Service<TProject>(string name, IResourceBuilder<IResourceWithConnectionString> database)
    where TProject : IProjectMetadata, new() => builder.AddProject<TProject>(name)
    .WithHttpHealthCheck("/health")
    .WithEnvironment("InternalIdentity__Secret", identitySecret)
    .WithReference(database).WaitFor(database)
    .WithReference(rabbitMq).WaitFor(rabbitMq);

IResourceBuilder<ProjectResource> WithUpstream(IResourceBuilder<ProjectResource> service) => service
    .WithEnvironment("Upstreams__simulator__BaseUrl", ReferenceExpression.Create($"{simulator.GetEndpoint("http")}/v1"))
    .WithEnvironment("Upstreams__simulator__Credentials__default", simulatorKey);
