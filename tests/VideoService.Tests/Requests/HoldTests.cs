using Sora.Contracts;
using Sora.VideoService.Tests.Lifecycle;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Tests.Requests;

/// <summary>What QuotaService's answers come to.</summary>
public sealed class HoldTests(VideoSystem system)
{
    [Theory]
    [InlineData("insufficient_quota", 429, "insufficient_quota", "insufficient_quota", null, "false", null)]
    [InlineData("too_many_in_flight", 429, "requests", "rate_limit_exceeded", null, null, "10")]
    [InlineData("unknown_price", 400, "invalid_request_error", "model_not_priced", "model", null, null)]
    [InlineData("resolved", 503, "server_error", "service_unavailable", null, null, "2")]
    public async Task A_refused_hold_leaves_nothing(
        string reason, int status, string type, string code, string? param, string? shouldRetry, string? retryAfter)
    {
        var customer = system.NewCustomer();
        system.Quota.Refuse(customer, reason, "Not today.");

        using var response = await customer.PostAsync(new { prompt = customer.Prompt });
        var answer = await Answer.ReadAsync(response);

        Assert.Equal((status, param, code), answer.Refusal);
        Assert.Equal(type, answer.Text("error", "type"));
        Assert.Equal(shouldRetry, answer.Headers.GetValueOrDefault("x-should-retry"));
        Assert.Equal(retryAfter, answer.Headers.GetValueOrDefault("Retry-After"));
        Assert.Single(system.Quota.AskedBy(customer));
        Assert.Equal(0, await system.Videos.CountAsync(customer));
    }

    [Fact]
    public async Task A_hold_without_an_answer_is_given_up_and_released()
    {
        var customer = system.NewCustomer();
        system.Quota.Answer(customer, context =>
        {
            context.Abort();
            return Task.FromResult(Results.Empty);
        });

        using var response = await customer.PostAsync(new { prompt = customer.Prompt });
        var answer = await Answer.ReadAsync(response);

        Assert.Equal((503, null, "service_unavailable"), answer.Refusal);
        Assert.Equal(0, await system.Videos.CountAsync(customer));
        await AssertReleasedAsync(Assert.Single(system.Quota.AskedBy(customer)).VideoId);
    }

    [Fact]
    public async Task A_hold_whose_service_died_is_given_up_by_the_sweeper()
    {
        var left = await system.Videos.InsertAsync(SomeVideo.Of(system.NewCustomer()) with
        {
            Stage = VideoStage.Holding,
            NextActionAt = Run.Start,
        });

        await AssertReleasedAsync(left.Id);
        Assert.Null(await system.Videos.FindAsync(left.Id));
    }

    [Fact]
    public async Task A_video_whose_hold_is_not_answered_yet_is_seen_by_nobody()
    {
        var customer = system.NewCustomer();
        var holding = await system.Videos.InsertAsync(SomeVideo.Of(customer) with { Stage = VideoStage.Holding });

        Assert.Equal(404, (await customer.GetAsync($"/v1/videos/{holding.Id}")).Status);
        Assert.Equal(404, (await customer.CallAsync(HttpMethod.Delete, $"/v1/videos/{holding.Id}")).Status);
        Assert.Empty((await customer.GetAsync("/v1/videos")).Body.GetProperty("data").EnumerateArray());
    }

    [Fact]
    public async Task A_hold_that_needs_approval_waits_and_is_not_submitted()
    {
        var customer = system.NewCustomer();
        system.Quota.Answer(customer, _ => Task.FromResult(StubQuota.Hold(
            "needs_approval", message: "It is dear.")));

        using var response = await customer.PostAsync(new { prompt = customer.Prompt });
        var answer = await Answer.ReadAsync(response);

        Assert.Equal((200, "queued", "awaiting_approval"), (answer.Status, answer.Text("status"), answer.Text("sora", "stage")));
        Assert.Equal(
            ("pending", "It is dear.", $"{StubQuota.ApprovalExpiresAt}"),
            (answer.Text("sora", "approval", "state"), answer.Text("sora", "approval", "reason"),
                answer.Text("sora", "approval", "expires_at")));
        var video = (await system.Videos.FindAsync(answer.Text("id")!))!;
        Assert.Equal((null, StubQuota.ApprovalExpiresAt), (video.NextActionAt, video.DeadlineAt.ToUnixTimeSeconds()));
        Assert.Empty(system.Upstream.SubmissionsOf(customer.Prompt));
    }

    [Fact]
    public async Task A_grant_whose_commit_was_answered_by_silence_is_still_a_success()
    {
        var video = await system.Videos.InsertAsync(SomeVideo.Of(system.NewCustomer()) with { Stage = VideoStage.Holding });
        var granted = new VideoFact.HoldGranted(800_000, 1);
        await system.Get<FactWriter>().ApplyAsync(video.Id, granted);

        var repeated = await system.Get<FactWriter>().ApplyAsync(video.Id, granted);

        Assert.False(repeated.Changed);
        Assert.NotNull(repeated.Video);
    }

    private async Task AssertReleasedAsync(string videoId)
    {
        var failed = await system.Messages.HearAsync<VideoFailed>(message => message.VideoId == videoId);
        Assert.Equal(("not_accepted", UpstreamCharge.None), (failed.Code, failed.UpstreamCharge));
    }
}
