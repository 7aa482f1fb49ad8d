using System.Net;
using Sora.ServiceDefaults.Identity;
using Sora.TestServers;
using Sora.TestServers.Processes;

namespace Sora.ServiceDefaults.Tests;

public sealed class HealthTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Probes_are_open_where_everything_else_needs_a_token()
    {
        await using var service = await TestService.With()
            .Add(builder => builder.AddInternalAuthentication())
            .StartAsync(app => app.MapGet("/", () => "hello"));

        Assert.Equal(HttpStatusCode.OK, await CallAsync(service, "/health"));
        Assert.Equal(HttpStatusCode.OK, await CallAsync(service, "/alive"));
        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync(service, "/"));
    }

    [Fact]
    public async Task A_service_without_its_database_is_alive_and_not_ready()
    {
        using var folder = new ProcessFolder("test");
        await using var postgres = new PostgresServer(folder);
        await postgres.StartAsync(Cancelled);
        await using var service = await TestService.With().AddDatabase(postgres.ConnectionString).StartAsync();
        Assert.Equal(HttpStatusCode.OK, await CallAsync(service, "/health"));

        await postgres.StopAsync(Cancelled);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await CallAsync(service, "/health"));
        Assert.Equal(HttpStatusCode.OK, await CallAsync(service, "/alive"));

        await postgres.StartAsync(Cancelled);
        Assert.Equal(HttpStatusCode.OK, await CallAsync(service, "/health"));
    }

    [Fact]
    public async Task A_service_without_RabbitMQ_and_Redis_works_on_and_says_what_is_missing()
    {
        await using var servers = new SharedServers();
        await using var service = await (await TestService
            .With(("ConnectionStrings:redis", $"127.0.0.1:{FreePort.Next()}"))
            .Add(builder => builder.AddRedis())
            .AddMessaging($"amqp://guest:guest@127.0.0.1:{FreePort.Next()}")
            .AddDatabaseAsync(servers)).StartAsync();

        using var client = service.Client();
        using var answer = await client.GetAsync("/health", Cancelled);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(
            """{"status":"degraded","checks":{"self":"healthy","redis":"degraded","rabbitmq":"degraded","database":"healthy"}}""",
            await answer.Content.ReadAsStringAsync(Cancelled));
    }

    private static async Task<HttpStatusCode> CallAsync(TestService service, string path)
    {
        using var client = service.Client();
        using var answer = await client.GetAsync(path, Cancelled);
        return answer.StatusCode;
    }
}
