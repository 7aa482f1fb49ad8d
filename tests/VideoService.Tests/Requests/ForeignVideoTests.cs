namespace Sora.VideoService.Tests.Requests;

public sealed class ForeignVideoTests(VideoSystem system)
{
    [Theory]
    [InlineData("nonsense")]
    [InlineData("video_")]
    [InlineData("video_000000000000000000000000000000000000000000000000")]
    [InlineData("%F0%9F%AA%81")]
    [InlineData("video_0000000000000000000000000000000000000000000000'%20or%20'1'='1")]
    public async Task An_unknown_or_malformed_id_is_not_found(string id) =>
        await AssertNotFoundAsync(system.NewCustomer(), id);

    [Fact]
    public async Task Somebody_elses_video_is_as_unknown_as_one_that_never_was()
    {
        var owner = system.NewCustomer();
        var video = await system.Videos.InsertAsync(SomeVideo.ReadyOf(owner));

        await AssertNotFoundAsync(system.NewCustomer(), video.Id);

        Assert.Equal(200, (await owner.GetAsync($"/v1/videos/{video.Id}")).Status);
        await AssertNotFoundAsync(system.NewCustomer(), video.Id);
        Assert.Null((await system.Videos.FindAsync(video.Id))!.DeletedAt);
    }

    [Fact]
    public async Task A_colleague_of_the_project_sees_it()
    {
        var owner = system.NewCustomer();
        var video = await system.Videos.InsertAsync(SomeVideo.ReadyOf(owner));

        Assert.Equal(200, (await system.NewCustomer(owner.Caller.Project).GetAsync($"/v1/videos/{video.Id}")).Status);
    }

    private async Task AssertNotFoundAsync(Customer customer, string id)
    {
        var path = $"/v1/videos/{id}";
        using var remix = await customer.PostAsync(JsonContent.Create(new { prompt = "again" }), $"{path}/remix");
        using var cancel = await customer.PostAsync(JsonContent.Create(new { }), $"{path}/cancel");
        Answer[] answers =
        [
            await customer.GetAsync(path),
            await customer.CallAsync(HttpMethod.Delete, path),
            await Answer.ReadAsync(remix),
            await Answer.ReadAsync(cancel),
        ];
        Assert.All(answers, answer => Assert.Equal((404, null, "video_not_found"), answer.Refusal));
        Assert.Equal($"Video with id '{Uri.UnescapeDataString(id)}' not found.", answers[0].Text("error", "message"));
        Assert.Equal(0, await system.Videos.CountAsync(customer));
    }
}
