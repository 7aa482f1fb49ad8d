using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;
using Sora.QuotaService.Holds;
using Sora.QuotaService.Tests.Drivers;
using Sora.TestServers;
using Sora.TestServers.Platform;
using Sora.TestServers.Processes;
using Xunit;

[assembly: AssemblyFixture(typeof(QuotaSystem))]

namespace Sora.QuotaService.Tests.Drivers;

/// <summary>
/// The service on a database and a virtual host of its own. Tests share it and keep apart by <see cref="Tenant"/>.
/// </summary>
public sealed class QuotaSystem : IAsyncLifetime
{
    /// <summary>Base64 of 32 bytes, as every service of an installation has it.</summary>
    private const string Secret = "c29yYS10ZXN0cy1zb3JhLXRlc3RzLXNvcmEtdGVzdHM=";

    private readonly SharedServers _servers = new();

    internal FakeClock Clock { get; } = new();

    internal WebApplicationFactory<PlaceHold> Service { get; private set; } = null!;

    /// <summary>As superuser, past row-level security: for arranging and asserting only.</summary>
    internal NpgsqlDataSource Database { get; private set; } = null!;

    internal T Get<T>()
        where T : notnull => Service.Services.GetRequiredService<T>();

    /// <summary>A new one, as a replica of the service would have it: a consumer, a price book.</summary>
    internal T Make<T>(params object[] parameters) =>
        ActivatorUtilities.CreateInstance<T>(Service.Services, parameters);

    public async ValueTask InitializeAsync()
    {
        var database = await _servers.CreateDatabaseAsync("quotadb");
        var virtualHost = await _servers.CreateVirtualHostAsync();
        Database = NpgsqlDataSource.Create(database);
        Service = new WebApplicationFactory<PlaceHold>().WithWebHostBuilder(host => host
            .UseEnvironment("Production")
            .UseSetting("Logging:LogLevel:Default", "Error")
            .UseSetting("Logging:LogLevel:Sora.QuotaService", "None")
            .UseSetting("ConnectionStrings:quotadb", database)
            .UseSetting("ConnectionStrings:rabbitmq", virtualHost)
            .UseSetting("InternalIdentity:Secret", Secret)
            .ConfigureServices(services => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock))));
        Service.StartServer();
        using var client = Service.CreateClient();
        await Wait.UntilAsync("the service is healthy", client.IsHealthyAsync);
        await AddPricesAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        await Database.DisposeAsync();
        await _servers.DisposeAsync();
    }

    /// <summary>A second version of the price book, in which sora-2-pro costs us something.</summary>
    private async Task AddPricesAsync()
    {
        await using var command = Database.CreateCommand(
            """
            insert into price_versions values (2, '2025-10-07T00:00:00Z', 'sora-2-pro costs money upstream');
            insert into prices
            select 2, model, size, tier, micro_usd_per_second,
                case model when 'sora-2-pro' then micro_usd_per_second / 2 else 0 end
            from prices where version = 1;
            """);
        await command.ExecuteNonQueryAsync();
    }
}
