using Sora.ServiceDefaults.Identity;
using Sora.ServiceDefaults.Tests.Messaging;
using Sora.TestServers;
using Sora.TestServers.Processes;

namespace Sora.ServiceDefaults.Tests;

public sealed class CleanRunTests
{
    [Fact]
    public async Task A_service_with_everything_starts_works_and_stops_without_a_warning_within_seconds()
    {
        await using var servers = new SharedServers();
        var cancelled = TestContext.Current.CancellationToken;
        var setUp = TestService
            .With(
                ("ConnectionStrings:redis", await servers.CreateRedisDatabaseAsync(cancelled)),
                ("OTEL_EXPORTER_OTLP_ENDPOINT", ""))
            .Add(builder =>
            {
                builder.Services.AddSingleton<Deliveries>();
                builder.AddInternalAuthentication();
                builder.AddServiceClients();
                builder.AddRedis();
                builder.AddGuardedHttp();
            })
            .AddDatabase(await servers.CreateDatabaseAsync("testdb", cancelled))
            .AddMessaging(await servers.CreateVirtualHostAsync(cancelled), bus => bus.AddConsumer<NoteClip>());
        await using var service = await setUp.StartAsync();
        var deliveries = service.Services.GetRequiredService<Deliveries>();
        await using (var work = await service.Database.BeginAsync(TestService.Ann, cancelled))
        {
            work.Publish(MessagingFixture.Clip("video_1"));
            await work.CommitAsync(cancelled);
        }

        await Wait.UntilAsync("a message went round", _ => Task.FromResult(deliveries.All.Count == 1));
        await service.StopAsync().WaitAsync(TimeSpan.FromSeconds(10), cancelled);

        Assert.Empty(service.Logs.Alarming);
    }
}
