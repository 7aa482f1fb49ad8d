using System.Collections.Concurrent;
using Dapper;
using MassTransit;
using Sora.Contracts;
using Sora.QuotaService.Budgets;
using Sora.QuotaService.Holds;
using Sora.QuotaService.Tests.Drivers;
using Sora.TestServers.Processes;
using Xunit;

namespace Sora.QuotaService.Tests.Holds;

/// <summary>Holds whose video's end nobody told: RabbitMQ lost the message with its data.</summary>
public sealed class AskOutcomesTests(QuotaSystem system) : IAsyncLifetime
{
    private static readonly TimeSpan Old = TimeSpan.FromMinutes(16);

    private readonly Tenant _tenant = new(system);
    private readonly string _video = Tenant.NewId("video");
    private readonly ConcurrentQueue<string> _asked = new();
    private HostReceiveEndpointHandle _videoService = null!;

    /// <summary>Answers as VideoService does: of all that it is asked about, it has nothing.</summary>
    public async ValueTask InitializeAsync()
    {
        _videoService = system.Get<IBus>().ConnectReceiveEndpoint(Tenant.NewId("videos"), endpoint =>
            endpoint.Handler<OutcomesAsked>(context =>
            {
                foreach (var video in context.Message.VideoIds)
                {
                    _asked.Enqueue(video);
                }

                return Task.CompletedTask;
            }));
        await _videoService.Ready;
    }

    public async ValueTask DisposeAsync() => await _videoService.StopAsync(CancellationToken.None);

    [Fact]
    public async Task A_hold_that_is_open_for_long_is_asked_about_and_asked_again_only_later()
    {
        await _tenant.HoldAsync(_video);
        var recent = Tenant.NewId("video");
        await _tenant.HoldAsync(recent);
        await AgeAsync(_video);

        await AskAsync();
        await Wait.UntilAsync("it is asked about", _ => Task.FromResult(_asked.Contains(_video)));
        var last = Tenant.NewId("video");
        await _tenant.HoldAsync(last);
        await AgeAsync(last);
        await AskAsync();
        await Wait.UntilAsync("the other is asked about", _ => Task.FromResult(_asked.Contains(last)));

        Assert.Single(_asked, _video);
        Assert.DoesNotContain(recent, _asked);
    }

    [Fact]
    public async Task A_resolved_hold_is_not_asked_about()
    {
        await _tenant.HoldAsync(_video);
        await _tenant.SettleAsync(_video);
        await AgeAsync(_video);
        var open = Tenant.NewId("video");
        await _tenant.HoldAsync(open);
        await AgeAsync(open);

        await AskAsync();
        await Wait.UntilAsync("the open one is asked about", _ => Task.FromResult(_asked.Contains(open)));

        Assert.DoesNotContain(_video, _asked);
    }

    [Fact]
    public async Task The_hold_of_a_video_that_nobody_has_is_released()
    {
        await _tenant.HoldProAsync(_video);

        await system.Get<IBus>().Publish(new VideoUnknown(_video));

        await Wait.UntilAsync("nothing is held any more", async _ =>
            await _tenant.BudgetAsync(BudgetLevel.Project) is (0, 0, 0));
        Assert.Equal(0, await _tenant.AccountAsync("held"));
    }

    [Fact]
    public async Task An_outcome_that_is_told_again_changes_nothing()
    {
        await _tenant.HoldProAsync(_video);
        await _tenant.SettleAsync(_video);

        await _tenant.SettleAsync(_video);
        await _tenant.ReleaseAsync(_video, UpstreamCharge.Charged);

        Assert.Equal((0, 1_200_000, 0), await _tenant.BudgetAsync(BudgetLevel.Project));
        Assert.Equal(600_000, await _tenant.AccountAsync("upstream_payable"));
    }

    private async Task AskAsync()
    {
        var sweep = system.Make<AskOutcomes>();
        while (await sweep.AskAsync(CancellationToken.None) > 0)
        {
        }
    }

    private async Task AgeAsync(string videoId)
    {
        await using var connection = await system.Database.OpenConnectionAsync();
        await connection.ExecuteAsync(
            "update holds set placed_at = placed_at - @Old where video_id = @videoId", new { Old, videoId });
    }
}
