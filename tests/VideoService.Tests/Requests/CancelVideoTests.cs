using Sora.Contracts;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Tests.Requests;

public sealed class CancelVideoTests(VideoSystem system)
{
    [Theory]
    [InlineData(VideoStage.AwaitingApproval, VideoStage.Cancelled, "cancelled_before_submission")]
    [InlineData(VideoStage.Accepted, VideoStage.Cancelled, "cancelled_before_submission")]
    [InlineData(VideoStage.Submitting, VideoStage.Cancelling, "cancelling")]
    [InlineData(VideoStage.Indeterminate, VideoStage.Cancelling, "cancelling")]
    [InlineData(VideoStage.Rendering, VideoStage.Cancelling, "cancelling")]
    public async Task What_is_not_rendered_yet_is_cancelled_and_says_what_becomes_of_its_money(
        VideoStage stage, VideoStage after, string reason)
    {
        var customer = system.NewCustomer();
        var video = await InsertAsync(customer, stage);

        var answer = await CancelAsync(customer, video.Id);

        Assert.Equal(
            (200, video.Id, after.Name(), reason),
            (answer.Status, answer.Text("id"), answer.Text("sora", "stage"), answer.Text("sora", "cost", "reason")));
        Assert.Equal(
            after is VideoStage.Cancelled ? ("0", "0", "800000") : ("800000", "0", "0"),
            (answer.Cost.Held, answer.Cost.Charged, answer.Text("sora", "cost", "released_micro_usd")));
        var audit = await system.Messages.HearAsync<AuditRecorded>(entry => entry.Target == video.Id);
        Assert.Equal(
            ("video.cancelled", customer.Caller.User, after.Name()), (audit.Action, audit.Actor, audit.Details["stage"]));
    }

    [Theory]
    [InlineData(VideoStage.Saving, "video_already_rendered", "stored")]
    [InlineData(VideoStage.Ready, "video_already_ended", "completed")]
    [InlineData(VideoStage.Failed, "video_already_ended", "failed")]
    [InlineData(VideoStage.Expired, "video_already_ended", "expired")]
    public async Task What_is_rendered_or_has_ended_stays_as_it_is(VideoStage stage, string code, string named)
    {
        var customer = system.NewCustomer();
        var video = await InsertAsync(customer, stage);

        var answer = await CancelAsync(customer, video.Id);

        Assert.Equal((400, "video_id", code), answer.Refusal);
        Assert.Contains(named, answer.Text("error", "message"), StringComparison.Ordinal);
        Assert.Equal(video.Version, (await system.Videos.FindAsync(video.Id))!.Version);
    }

    [Fact]
    public async Task A_rendering_video_is_stopped_at_the_upstream_and_its_money_is_free_again()
    {
        var customer = system.NewCustomer();
        var id = await customer.CreateAsync();
        await system.Videos.InStageAsync(id, VideoStage.Submitted);

        await CancelAsync(customer, id);

        var video = await EndAsync(customer, id);
        Assert.Equal(("failed", "cancelled"), (video.Text("status"), video.Text("error", "code")));
        Assert.Equal(("0", "800000", "cancelled_unbilled"), Fate(video));
        Assert.Equal((UpstreamCharge.None, false), await MoneyAsync(id));
        Assert.True(Assert.Single(system.Upstream.VideosOf(customer.Prompt)).IsDeleted);
    }

    [Theory]
    [InlineData("blind-1", false)]
    [InlineData("keyed-1", false)]
    [InlineData("billing-1", true)]
    public async Task What_the_upstream_bills_is_paid_by_the_customer(string model, bool isStopped)
    {
        var customer = system.NewCustomer();
        var id = await customer.CreateAsync(model);
        await system.Videos.InStageAsync(id, VideoStage.Submitted);

        await CancelAsync(customer, id);

        var video = await EndAsync(customer, id);
        Assert.Equal(("800000", "0", "cancelled_billed"), Fate(video));
        Assert.Contains("you were charged", video.Text("error", "message"), StringComparison.Ordinal);
        Assert.Equal((UpstreamCharge.Charged, true), await MoneyAsync(id));
        Assert.Equal(isStopped, Assert.Single(system.Upstream.VideosOf(customer.Prompt)).IsDeleted);
    }

    [Fact]
    public async Task A_cancellation_that_is_repeated_changes_nothing_and_gets_the_same_answer()
    {
        var customer = system.NewCustomer();
        var video = await InsertAsync(customer, VideoStage.Accepted);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => CancelAsync(customer, video.Id)));

        Assert.Single(answers.Select(answer => (answer.Status, answer.Body.GetRawText())).Distinct());
        await system.Messages.HearAsync<VideoFailed>(message => message.VideoId == video.Id);
        Assert.Single(system.Messages.Heard<AuditRecorded>(entry => entry.Target == video.Id));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("{}")]
    public async Task Nobody_needs_a_body(string? body)
    {
        var customer = system.NewCustomer();
        var video = await InsertAsync(customer, VideoStage.Accepted);
        using var content = body is null ? null : new StringContent(body, null, "application/json");

        using var response = await customer.PostAsync(content!, $"/v1/videos/{video.Id}/cancel");

        Assert.Equal(200, (int)response.StatusCode);
    }

    [Fact]
    public async Task A_submission_whose_answer_is_lost_is_found_to_be_cancelled()
    {
        var customer = system.NewCustomer();
        system.Upstream.Plan(customer.Prompt, SubmitPlans.Lose);
        var id = await customer.CreateAsync();
        await system.Videos.InStageAsync(id, VideoStage.Indeterminate);

        await CancelAsync(customer, id);
        await system.Videos.HurryAsync(id);

        Assert.Equal("cancelled_unbilled", Fate(await EndAsync(customer, id)).Reason);
        Assert.True(Assert.Single(system.Upstream.VideosOf(customer.Prompt)).IsDeleted);
        Assert.Single(system.Upstream.SubmissionsOf(customer.Prompt));
    }

    private Task<Video> InsertAsync(Customer customer, VideoStage stage) =>
        system.Videos.InsertAsync(SomeVideo.Of(customer) with
        {
            Stage = stage,
            ErrorCode = stage is VideoStage.Failed or VideoStage.Expired ? "expired" : null,
            ErrorMessage = "",
            UpstreamId = stage < VideoStage.Submitted ? null : $"up-{Guid.NewGuid():n}",
        });

    private async Task<Answer> EndAsync(Customer customer, string id)
    {
        await system.Videos.InStageAsync(id, VideoStage.Cancelled);
        return await customer.GetAsync($"/v1/videos/{id}");
    }

    private async Task<(string Charge, bool? CustomerPays)> MoneyAsync(string id)
    {
        var failed = await system.Messages.HearAsync<VideoFailed>(message => message.VideoId == id);
        return (failed.UpstreamCharge, failed.CustomerPays);
    }

    private static (string? Charged, string? Released, string? Reason) Fate(Answer video) => (
        video.Cost.Charged, video.Text("sora", "cost", "released_micro_usd"), video.Text("sora", "cost", "reason"));

    private static async Task<Answer> CancelAsync(Customer customer, string id)
    {
        using var response = await customer.PostAsync(JsonContent.Create(new { }), $"/v1/videos/{id}/cancel");
        return await Answer.ReadAsync(response);
    }
}
