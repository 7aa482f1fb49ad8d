using Sora.TestServers.Processes;
using Sora.WebhookService.Tests.Harness;
using Xunit;

namespace Sora.WebhookService.Tests;

/// <summary>One customer's trouble is not the others'.</summary>
public sealed class FairnessTests
{
    private const int Backlog = 500;

    private static readonly TimeSpan Prompt = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Dead_endpoints_with_a_backlog_hold_nobody_up()
    {
        // As few senders as can be, and endpoints that take each of them for as long as they are allowed to.
        await using var system = await WebhookSystem.StartAsync(
            ("Deliveries:Senders", "8"), ("Deliveries:SlowSenders", "2"), ("Deliveries:Timeout", "00:00:10"),
            ("Deliveries:Lease", "00:00:20"));
        var (dead, alive) = (system.NewCustomer(), system.NewCustomer());
        for (var number = 0; number < 2; number++)
        {
            await dead.CreateEndpointAsync(system.Receiver.NewMailbox(Mailbox.Silence));
        }

        var mailbox = system.Receiver.NewMailbox();
        var endpoint = await alive.CreateEndpointAsync(mailbox);
        await dead.CompleteVideoAsync();
        await Wait.UntilAsync("both are known to be slow", async _ => await system.QueryAsync<long>(
            "select count(*) from webhook_endpoints where is_slow or failures > 0") == 2);
        for (var video = 0; video < Backlog; video++)
        {
            await dead.CompleteVideoAsync();
        }

        await Wait.UntilAsync("the backlog is there", async _ => await system.QueryAsync<long>(
            "select count(*) from webhook_deliveries") >= 2 * Backlog);
        var start = TimeProvider.System.GetTimestamp();
        for (var video = 0; video < 50; video++)
        {
            await alive.CompleteVideoAsync();
        }

        var received = await mailbox.HearAsync(50);
        Assert.InRange(TimeProvider.System.GetElapsedTime(start), TimeSpan.Zero, Prompt);
        Assert.All(received, webhook => Assert.Null(webhook.FindFault(endpoint.Secret)));
    }

    [Fact]
    public async Task No_endpoint_gets_more_requests_at_once_than_its_share()
    {
        await using var system = await WebhookSystem.StartAsync(("Deliveries:PerEndpoint", "4"));
        var (now, most) = (0, 0);
        var mailbox = system.Receiver.NewMailbox(async context =>
        {
            var current = Interlocked.Increment(ref now);
            InterlockedMax(ref most, current);
            await Task.Delay(20);
            Interlocked.Decrement(ref now);
            context.Response.StatusCode = 204;
        });
        var customer = system.NewCustomer();
        await customer.CreateEndpointAsync(mailbox);
        await using var second = new ServiceHost(system.Settings);
        second.StartServer();
        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => customer.CompleteVideoAsync()));
        var received = await mailbox.HearAsync(100);

        Assert.Equal(100, received.Select(webhook => webhook.Id).Distinct().Count());
        Assert.InRange(most, 2, 4);
    }

    [Fact]
    public async Task An_endpoint_that_comes_back_gets_all_that_it_missed()
    {
        await using var system = await WebhookSystem.StartAsync();
        var mailbox = system.Receiver.NewMailbox(Mailbox.Status(503));
        var customer = system.NewCustomer();
        var endpoint = await customer.CreateEndpointAsync(mailbox);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => customer.CompleteVideoAsync()));
        await mailbox.HearAsync(5);
        mailbox.Answer = Mailbox.Status(200);

        await Wait.UntilAsync(
            "all are delivered", async _ => (await endpoint.LogAsync("?limit=100&status=delivered")).Count == 50);
        Assert.Equal(50, mailbox.Received.Select(webhook => webhook.Id).Distinct().Count());
    }

    private static void InterlockedMax(ref int most, int value)
    {
        int before;
        do
        {
            before = most;
        }
        while (value > before && Interlocked.CompareExchange(ref most, value, before) != before);
    }
}
