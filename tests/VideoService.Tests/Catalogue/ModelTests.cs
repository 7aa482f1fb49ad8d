namespace Sora.VideoService.Tests.Catalogue;

public sealed class ModelTests(VideoSystem system)
{
    [Fact]
    public async Task A_model_has_OpenAIs_shape_and_says_what_it_can_do()
    {
        var answer = await system.NewCustomer().GetAsync("/v1/models/sora-2");

        Assert.Equal(200, answer.Status);
        Assert.Equal(
            """
            {"id":"sora-2","object":"model","created":1759708800,"owned_by":"sora","sora":{"sizes":["720x1280","1280x720"],
            "seconds":[4,8,12,16,20],"operations":["create","remix","edit","extension"],"characters":2,"source_files":true,
            "lifecycle":"active","retires_on":null}}
            """.ReplaceLineEndings(""),
            answer.Body.GetRawText());
    }

    [Fact]
    public async Task The_list_has_every_model_with_its_lifecycle()
    {
        var answer = await system.NewCustomer().GetAsync("/v1/models");
        var lifecycles = answer.Body.GetProperty("data").EnumerateArray().ToDictionary(
            model => model.GetProperty("id").GetString()!,
            model => model.GetProperty("sora").GetProperty("lifecycle").GetString());

        Assert.Equal("list", answer.Text("object"));
        Assert.Equal(
            ("active", "active", "deprecated", "retired", "retired"),
            (lifecycles["sora-2"], lifecycles["sora-2-pro"], lifecycles["deprecated-1"], lifecycles["retired-1"],
                lifecycles["dated-1"]));
    }

    [Fact]
    public async Task An_unknown_model_is_not_found()
    {
        var answer = await system.NewCustomer().GetAsync("/v1/models/sora-9");

        Assert.Equal((404, "model", "model_not_found"), answer.Refusal);
    }

    [Fact]
    public async Task A_deprecated_model_works_and_one_past_its_date_does_not()
    {
        var customer = system.NewCustomer();
        await customer.CreateAsync("deprecated-1");

        var answer = await customer.PostJsonAsync("/v1/videos", """{"prompt":"x","model":"dated-1"}""");

        Assert.Equal((400, "model", "model_retired"), answer.Refusal);
        Assert.Equal(
            "The model 'dated-1' was retired on 2026-01-31 and is no longer served.", answer.Text("error", "message"));
    }
}
