using Sora.TestServers.Platform;
using Sora.TestServers.Processes;
using Sora.WebhookService.Tests.Harness;
using Xunit;

namespace Sora.WebhookService.Tests;

/// <summary>A sender is killed with kill -9 after the customer has the event and before anybody knows.</summary>
public sealed class SenderCrashTests
{
    [Fact]
    public async Task What_a_killed_sender_had_sent_comes_again_under_the_same_id_with_a_fresh_timestamp()
    {
        await using var system = await WebhookSystem.PrepareAsync(("Deliveries:Lease", "00:00:03"));
        using var folder = new ProcessFolder("webhook-crash");
        await using var service = new ServiceProcess(folder, "webhook-service", "WebhookService");
        foreach (var (name, value) in system.Settings)
        {
            service.Variables[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        await service.StartAsync(TestContext.Current.CancellationToken);
        system.ServiceAddress = service.Address;
        var mailbox = system.Receiver.NewMailbox(Mailbox.Silence);
        var endpoint = await system.NewCustomer().CreateEndpointAsync(mailbox);
        await endpoint.Customer.CompleteVideoAsync();
        await mailbox.HearAsync();

        await service.KillAsync(TestContext.Current.CancellationToken);
        mailbox.Answer = Mailbox.Status(200);
        await service.StartAsync(TestContext.Current.CancellationToken);
        var delivery = await endpoint.DeliveryAsync("delivered");
        var received = await mailbox.HearAsync(2);

        Assert.Equal(2, received.Count);
        Assert.Equal((received[0].Id, received[0].Body), (received[1].Id, received[1].Body));
        Assert.NotEqual(received[0].Timestamp, received[1].Timestamp);
        Assert.All(received, webhook => Assert.Null(webhook.FindFault(endpoint.Secret)));
        Assert.Equal(2, (int)delivery["attempts"]![0]!["number"]!);
    }
}
