namespace Sora.VideoService.Tests.Requests;

/// <summary>A key that is narrowed to some models.</summary>
public sealed class AllowedModelTests(VideoSystem system)
{
    [Theory]
    [InlineData("sora-2-pro")]
    [InlineData(null)] // the default, sora-2
    public async Task A_create_with_another_model_is_refused_and_leaves_nothing(string? model)
    {
        var customer = system.NewCustomer().NarrowedTo("plain-1", "veo-3");
        using var answer = await customer.PostAsync(model is null
            ? new { prompt = customer.Prompt }
            : (object)new { model, prompt = customer.Prompt });

        AssertRefused(await Answer.ReadAsync(answer), model ?? "sora-2");
        Assert.Empty(system.Quota.AskedBy(customer));
        Assert.Empty((await customer.GetAsync("/v1/videos")).Body.GetProperty("data").EnumerateArray());
    }

    [Fact]
    public async Task A_remix_needs_the_sources_model()
    {
        var customer = system.NewCustomer();
        var source = await system.Videos.InsertAsync(SomeVideo.ReadyOf(customer) with { Model = "sora-2-pro" });
        var narrowed = customer.NarrowedTo("plain-1", "veo-3");
        using var answer = await narrowed.PostAsync(
            JsonContent.Create(new { prompt = narrowed.Prompt }), $"/v1/videos/{source.Id}/remix");

        AssertRefused(await Answer.ReadAsync(answer), "sora-2-pro");
        Assert.Empty(system.Quota.AskedBy(customer));
    }

    [Fact]
    public async Task An_allowed_model_is_served() => await system.NewCustomer().NarrowedTo("veo-3", "plain-1").CreateAsync();

    [Fact]
    public async Task A_key_for_no_model_at_all_may_use_none()
    {
        var customer = system.NewCustomer().NarrowedTo();
        using var answer = await customer.PostAsync(new { model = "plain-1", prompt = customer.Prompt });

        Assert.Equal(403, (await Answer.ReadAsync(answer)).Status);
    }

    private static void AssertRefused(Answer answer, string model)
    {
        var error = answer.Body.GetProperty("error");
        Assert.Equal(
            (403, "model_not_allowed", "model"),
            (answer.Status, error.GetProperty("code").GetString(), error.GetProperty("param").GetString()));
        Assert.Contains($"'{model}'", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Contains("plain-1, veo-3", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }
}
