using System.Security.Cryptography;

namespace Sora.TestServers.Platform;

/// <summary>What each service is told when the whole system runs: the environment contract, in one place.</summary>
internal static class SystemWiring
{
    /// <summary>The services: name towards the others, project, and the database it owns.</summary>
    public static readonly (string Name, string Project, string? Database)[] Services =
    [
        ("simulator", "Simulator", null),
        ("quota-service", "QuotaService", "quotadb"),
        ("storage-worker", "StorageWorker", "storagedb"),
        ("webhook-service", "WebhookService", "webhookdb"),
        ("video-service", "VideoService", "videodb"),
        ("gateway", "Gateway", "identitydb"),
    ];

    /// <summary>Gives every service its connection strings, the others' addresses, secrets and folders.</summary>
    /// <param name="services">All services by name.</param>
    /// <param name="servers">Where databases, virtual host and cache are made.</param>
    /// <param name="folder">Where services keep files.</param>
    /// <param name="telemetry">The OTLP collector.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public static async Task ConnectAsync(
        IReadOnlyDictionary<string, ServiceProcess> services,
        SharedServers servers,
        string folder,
        Uri telemetry,
        CancellationToken cancellationToken)
    {
        var common = new Dictionary<string, string?>
        {
            ["ConnectionStrings__rabbitmq"] = await servers.CreateVirtualHostAsync(cancellationToken),
            ["ConnectionStrings__redis"] = await servers.CreateRedisDatabaseAsync(cancellationToken),
            ["InternalIdentity__Secret"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = telemetry.AbsoluteUri,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
            ["OTEL_BLRP_SCHEDULE_DELAY"] = "100",
        };
        foreach (var (name, service) in services)
        {
            common[$"services__{name}__http__0"] = service.Address.AbsoluteUri.TrimEnd('/');
        }

        foreach (var (name, _, database) in Services)
        {
            Assign(services[name], common);
            services[name].Variables["OTEL_SERVICE_NAME"] = name;
            if (database is not null)
            {
                services[name].Variables[$"ConnectionStrings__{database}"] =
                    await servers.CreateDatabaseAsync(database, cancellationToken);
            }
        }

        ShareSecrets(services, folder);
    }

    /// <summary>Where the gateway writes the first API key.</summary>
    public static string FirstKeyFile(string folder) => Path.Combine(folder, "first-key");

    private static void ShareSecrets(IReadOnlyDictionary<string, ServiceProcess> services, string folder)
    {
        var apiKey = $"sim-{RandomNumberGenerator.GetHexString(32, lowercase: true)}";
        var webhookSecret = $"whsec_{Convert.ToBase64String(RandomNumberGenerator.GetBytes(24))}";

        var simulator = services["simulator"].Variables;
        simulator["Simulator__ApiKey"] = apiKey;
        simulator["Simulator__DataFolder"] = Path.Combine(folder, "simulator-files");
        simulator["Simulator__Webhooks__Secret"] = webhookSecret;
        simulator["Simulator__Webhooks__Url"] = new Uri(services["gateway"].Address, "webhooks/simulator").AbsoluteUri;

        foreach (var name in new[] { "video-service", "storage-worker" })
        {
            var upstream = services[name].Variables;
            upstream["Upstreams__simulator__BaseUrl"] = new Uri(services["simulator"].Address, "v1").AbsoluteUri;
            upstream["Upstreams__simulator__Credentials__default"] = apiKey;
        }

        var webhooks = services["webhook-service"].Variables;
        webhooks["Webhooks__Upstreams__simulator__Secrets__0"] = webhookSecret;
        webhooks["Endpoints__SealingKeys__0"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        services["storage-worker"].Variables["Objects__Disk__Root"] = Path.Combine(folder, "objects");
        services["gateway"].Variables["Gateway__FirstKeyFile"] = FirstKeyFile(folder);
        LiftRateLimits(services["gateway"]);
    }

    /// <summary>All of a test's or a measurement's load comes with one key.</summary>
    private static void LiftRateLimits(ServiceProcess gateway)
    {
        foreach (var bucket in new[] { "Read", "Create", "Other", "InFlight" })
        {
            foreach (var level in new[] { "PerKey", "PerProject", "PerOrganization" })
            {
                gateway.Variables[$"RateLimits__{bucket}__{level}"] = "1000000";
            }
        }

        gateway.Variables["RateLimits__AnonymousPerAddress"] = "1000000";
        gateway.Variables["RateLimits__SignInPerAddress"] = "1000000";
    }

    private static void Assign(ServiceProcess service, Dictionary<string, string?> variables)
    {
        foreach (var (key, value) in variables)
        {
            service.Variables[key] = value;
        }
    }
}
