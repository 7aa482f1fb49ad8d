using Sora.TestServers;
using Sora.TestServers.Platform;
using Xunit;

namespace Sora.Platform.Tests;

/// <summary>
/// Services and servers die in the middle of jobs: every accepted job still ends once, is charged once at the upstream, and
/// the ledger is even. This system has servers of its own, as it breaks them.
/// </summary>
public sealed class OutageTests : IAsyncLifetime
{
    private const int Jobs = 6;

    private readonly OwnServers _servers = new(durable: true);
    private SoraSystem? _system;
    private HttpClient? _http;

    private SoraSystem System => _system!;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        await _servers.StartAsync();
        _system = await SoraSystem.StartAsync(_servers, Scenario.Cheap);
        _http = _system.Client();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _http?.Dispose();
        if (_system is not null)
        {
            await _system.DisposeAsync();
        }

        _servers.Dispose();
    }

    [Fact]
    public async Task Whatever_dies_in_mid_job_every_job_ends_once_and_the_ledger_is_even()
    {
        await RunAsync("VideoService is killed", async () =>
        {
            await System["video-service"].KillAsync();
            await System["video-service"].StartAsync();
        });
        await RunAsync("StorageWorker is killed", async () =>
        {
            await System["storage-worker"].KillAsync();
            await System["storage-worker"].StartAsync();
        });
        await RunAsync("QuotaService is killed", async () =>
        {
            await System["quota-service"].KillAsync();
            await System["quota-service"].StartAsync();
        });
        await RunAsync("Redis is killed", async () =>
        {
            await _servers.Redis.KillAsync();
            await _servers.Redis.StartAsync();
        });
        await RunAsync("PostgreSQL is killed", async () =>
        {
            await _servers.Postgres.KillAsync();
            await _servers.Postgres.StartAsync();
        });
        await RunAsync("RabbitMQ is killed", async () =>
        {
            await _servers.RabbitMq.KillAsync();
            await _servers.RabbitMq.StartAsync();
        });

        await System.AssertEvenAsync();
    }

    private async Task RunAsync(string what, Func<Task> outage)
    {
        var marks = Enumerable.Range(0, Jobs).Select(_ => Scenario.NewMark()).ToList();
        var ids = await Task.WhenAll(marks.Select(mark => _http!.CreateAsync($"{what} [job:{mark}]")));

        await outage();

        foreach (var id in ids)
        {
            var video = await _http!.WaitForEndAsync(id);
            Assert.True(video["status"]!.GetValue<string>() == "completed", $"{what}: {video.ToJsonString()}");
        }

        foreach (var mark in marks)
        {
            Assert.Equal(1, await System.ChargesAsync(mark));
        }
    }
}
