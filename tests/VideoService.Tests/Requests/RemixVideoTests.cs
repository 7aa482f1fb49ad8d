using Sora.VideoService.Videos;

namespace Sora.VideoService.Tests.Requests;

public sealed class RemixVideoTests(VideoSystem system)
{
    [Fact]
    public async Task A_remix_takes_over_model_size_and_length_and_names_its_source()
    {
        var customer = system.NewCustomer();
        var source = await system.Videos.InsertAsync(SomeVideo.ReadyOf(customer) with { Model = "sora-2-pro" });

        var prompt = $"{customer.Prompt} at night";
        var answer = await RemixAsync(customer, source.Id, prompt);

        Assert.Equal(200, answer.Status);
        Assert.NotEqual(source.Id, answer.Text("id"));
        Assert.Equal(
            (source.Id, "sora-2-pro", source.Size, $"{source.Seconds}", prompt, "queued"),
            (answer.Text("remixed_from_video_id"), answer.Text("model"), answer.Text("size"), answer.Text("seconds"),
                answer.Text("prompt"), answer.Text("status")));
        Assert.Equal("remix", Assert.Single(system.Quota.AskedBy(customer)).Body.GetProperty("kind").GetString());
        await system.Videos.InStageAsync(answer.Text("id")!, VideoStage.Submitted);
        Assert.Equal(source.UpstreamId, Assert.Single(system.Upstream.SubmissionsOf(prompt)).RemixOf);
    }

    [Theory]
    [InlineData(VideoStage.Accepted, "queued")]
    [InlineData(VideoStage.Rendering, "in_progress")]
    [InlineData(VideoStage.Failed, "failed")]
    public async Task Only_a_completed_video_can_be_remixed(VideoStage stage, string status)
    {
        var customer = system.NewCustomer();
        var source = await system.Videos.InsertAsync(SomeVideo.Of(customer) with
        {
            Stage = stage,
            ErrorCode = stage is VideoStage.Failed ? "moderation_blocked" : null,
            ErrorMessage = "",
        });

        var answer = await RemixAsync(customer, source.Id, "again");

        Assert.Equal((400, "video_id", "video_not_completed"), answer.Refusal);
        Assert.Contains(status, answer.Text("error", "message"), StringComparison.Ordinal);
        Assert.Empty(system.Quota.AskedBy(customer));
        Assert.Equal(1, await system.Videos.CountAsync(customer));
    }

    [Fact]
    public async Task A_remix_needs_a_prompt()
    {
        var customer = system.NewCustomer();
        var source = await system.Videos.InsertAsync(SomeVideo.ReadyOf(customer));

        var answer = await RemixAsync(customer, source.Id, "");

        Assert.Equal((400, "prompt", "string_too_short"), answer.Refusal);
    }

    private static async Task<Answer> RemixAsync(Customer customer, string id, string prompt)
    {
        using var response = await customer.PostAsync(JsonContent.Create(new { prompt }), $"/v1/videos/{id}/remix");
        return await Answer.ReadAsync(response);
    }
}
