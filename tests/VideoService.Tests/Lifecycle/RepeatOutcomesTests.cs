using Sora.Contracts;
using Sora.ServiceDefaults;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Tests.Lifecycle;

/// <summary>How a video ended can be asked again when the first message was lost.</summary>
public sealed class RepeatOutcomesTests(VideoSystem system)
{
    [Fact]
    public async Task A_lost_outcome_is_announced_again_word_for_word()
    {
        var customer = system.NewCustomer();
        system.Upstream.Plan(customer.Prompt, SubmitPlans.Refuse);
        var id = await customer.CreateAsync();
        var first = await system.Messages.HearAsync<VideoFailed>(message => message.VideoId == id);

        await system.Messages.PublishAsync(new OutcomesAsked([id]));

        var all = await TestServers.Processes.Wait.ForAsync("it is told again", _ => Task.FromResult(
            system.Messages.Heard<VideoFailed>(message => message.VideoId == id) is { Count: > 1 } told ? told : null));
        Assert.Equal(first with { FailedAt = default }, all[1] with { FailedAt = default });
        Assert.Equal(first.FailedAt, all[1].FailedAt, TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public async Task Of_several_videos_each_gets_the_answer_that_is_its_own()
    {
        var customer = system.NewCustomer();
        var ready = await system.Videos.InsertAsync(SomeVideo.ReadyOf(customer));
        var late = await system.Videos.InsertAsync(SomeVideo.Of(customer) with
        {
            Stage = VideoStage.Expired,
            ErrorCode = "expired",
            ErrorMessage = "Too late.",
            UpstreamCharge = UpstreamCharge.None,
            LateResult = true,
            RenderedAt = TimeProvider.System.GetUtcNow(),
            CompletedAt = TimeProvider.System.GetUtcNow(),
        });
        var rendering = await system.Videos.InsertAsync(SomeVideo.Of(customer));
        var unknown = Ids.New("video", TimeProvider.System.GetUtcNow());

        await system.Messages.PublishAsync(new OutcomesAsked([unknown, rendering.Id, late.Id, ready.Id]));

        await system.Messages.HearAsync<VideoCompleted>(message => message.VideoId == ready.Id);
        await system.Messages.HearAsync<VideoFailed>(message => message.VideoId == late.Id && message.Code == "expired");
        await system.Messages.HearAsync<VideoRenderedLate>(message => message.VideoId == late.Id);
        await system.Messages.HearAsync<VideoUnknown>(message => message.VideoId == unknown);
        Assert.Empty(system.Messages.Heard<VideoUnknown>(message => message.VideoId != unknown));
        Assert.Empty(system.Messages.Heard<VideoFailed>(message => message.VideoId == rendering.Id));
    }
}
