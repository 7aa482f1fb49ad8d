using MassTransit;
using Sora.Contracts;
using Sora.QuotaService.Budgets;
using Sora.QuotaService.Tests.Drivers;
using Sora.TestServers.Processes;
using Xunit;

namespace Sora.QuotaService.Tests.Holds;

public sealed class HoldConsumersTests(QuotaSystem system)
{
    private readonly Tenant _tenant = new(system);
    private readonly string _video = Tenant.NewId("video");

    [Fact]
    public async Task A_completed_video_is_settled()
    {
        await _tenant.HoldProAsync(_video);
        await PublishAsync(_tenant.Completed(_video));

        await UntilAsync(budget => budget is (0, 1_200_000, 0));
        Assert.Equal(600_000, await _tenant.AccountAsync("upstream_payable"));
    }

    [Fact]
    public async Task A_failed_video_is_released()
    {
        await _tenant.HoldProAsync(_video);
        await PublishAsync(_tenant.Failed(_video, UpstreamCharge.None));

        await UntilAsync(budget => budget is (0, 0, 0));
    }

    [Fact]
    public async Task A_video_that_was_rendered_late_is_a_loss()
    {
        await _tenant.HoldProAsync(_video);
        await _tenant.ReleaseAsync(_video);
        await PublishAsync(_tenant.RenderedLate(_video));

        await Wait.UntilAsync("the loss is booked", async _ => await _tenant.AccountAsync("loss") == -600_000);
    }

    [Fact]
    public async Task Repeated_messages_have_one_effect()
    {
        await _tenant.HoldProAsync(_video);
        var message = Guid.NewGuid();
        for (var delivery = 0; delivery < 10; delivery++)
        {
            await PublishAsync(_tenant.Completed(_video), message);
        }

        await UntilAsync(budget => budget is (0, 1_200_000, 0));
        var last = Tenant.NewId("video");
        await _tenant.HoldProAsync(last);
        await PublishAsync(_tenant.Completed(last));
        await UntilAsync(budget => budget is (0, 2_400_000, 0));
        Assert.Equal(1_200_000, await _tenant.AccountAsync("upstream_payable"));
    }

    private Task PublishAsync<T>(T message, Guid? id = null)
        where T : class => system.Get<IBus>().Publish(message, context => context.MessageId = id ?? Guid.NewGuid());

    private Task UntilAsync(Func<(long Held, long Spent, int InFlight), bool> condition) => Wait.UntilAsync(
        "the project's budget is as expected",
        async _ => condition(await _tenant.BudgetAsync(BudgetLevel.Project)));
}
