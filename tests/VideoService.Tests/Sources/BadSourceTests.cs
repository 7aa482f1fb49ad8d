namespace Sora.VideoService.Tests.Sources;

/// <summary>What is wrong with the form of an edit or an extension, whatever its video is.</summary>
public sealed class BadSourceTests(VideoSystem system)
{
    private const string Unknown = """ "video":{"id":"video_1"} """;

    [Theory]
    [InlineData("edits", "{}", "prompt", "missing_required_parameter")]
    [InlineData("edits", """{"prompt":"x"}""", "video", "missing_required_parameter")]
    [InlineData("edits", """{"prompt":"x","video":null}""", "video", "missing_required_parameter")]
    [InlineData("edits", """{"prompt":"x","video":{}}""", "video.id", "missing_required_parameter")]
    [InlineData("edits", """{"prompt":"x","video":{"id":null}}""", "video.id", "missing_required_parameter")]
    [InlineData("edits", """{"prompt":"x","video":{"url":"https://a.example/"}}""", "video.id", "missing_required_parameter")]
    [InlineData("edits", """{"prompt":"x","video":"video_1"}""", "video", "invalid_type")]
    [InlineData("edits", """{"prompt":"x","video":{"id":5}}""", "video", "invalid_type")]
    [InlineData("edits", """{"prompt":"",""" + Unknown + "}", "prompt", "string_too_short")]
    [InlineData(
        "edits", """{"prompt":"x","characters":[{"id":"char_1"}],""" + Unknown + "}", "characters", "unsupported_parameter")]
    [InlineData(
        "extensions", """{"prompt":"x","seconds":"4","input_reference":{"image_url":"https://a.example/"},""" + Unknown + "}",
        "input_reference", "unsupported_parameter")]
    [InlineData("extensions", """{"prompt":"x",""" + Unknown + "}", "seconds", "missing_required_parameter")]
    [InlineData("extensions", """{"seconds":"4",""" + Unknown + "}", "prompt", "missing_required_parameter")]
    public async Task A_bad_form_is_refused_with_its_field(string operation, string json, string param, string code)
    {
        var customer = system.NewCustomer();

        var answer = await customer.PostJsonAsync($"/v1/videos/{operation}", json);

        Assert.Equal((400, param, code), answer.Refusal);
        Assert.Empty(system.Quota.AskedBy(customer));
    }

    [Theory]
    [InlineData("\"5\"", "invalid_value", "Invalid value: '5'. Supported values are: '4', '8', '12', '16', and '20'.")]
    [InlineData("true", "invalid_type", "Invalid type for 'seconds': expected one of '4', '8', '12', '16', and '20'.")]
    public async Task The_new_piece_has_a_length_of_the_models(string seconds, string code, string message)
    {
        var customer = system.NewCustomer();
        var source = await system.Videos.InsertAsync(SomeVideo.ReadyOf(customer));
        system.Upstream.Place(source.UpstreamId!);

        var answer = await customer.PostJsonAsync(
            "/v1/videos/extensions", $$$"""{"prompt":"x","seconds":{{{seconds}}},"video":{"id":"{{{source.Id}}}"}}""");

        Assert.Equal((400, "seconds", code), answer.Refusal);
        Assert.Equal(message, answer.Text("error", "message"));
        Assert.Empty(system.Quota.AskedBy(customer));
    }

    [Fact]
    public async Task An_id_and_a_file_are_one_too_many()
    {
        var answer = await system.NewCustomer().PostFormAsync(
            "/v1/videos/edits", [("prompt", "x"), ("video[id]", "video_1")], ("video", [1]));

        Assert.Equal((400, "video", "invalid_value"), answer.Refusal);
    }

    [Fact]
    public async Task A_video_over_the_limit_is_refused()
    {
        var customer = system.NewCustomer();

        var answer = await customer.PostFormAsync(
            "/v1/videos/edits", [("prompt", "x")], ("video", new byte[(64 * 1024 * 1024) + 1]));

        Assert.Equal((400, "video", "file_too_large"), answer.Refusal);
        Assert.Equal("'video' is too large: at most 64 MiB are allowed.", answer.Text("error", "message"));
        Assert.Empty(system.Storage.UploadsOf(customer));
    }

    [Fact]
    public async Task JSON_is_not_allowed_to_be_as_large_as_a_video()
    {
        var answer = await system.NewCustomer().PostJsonAsync(
            "/v1/videos/edits", $$"""{"prompt":"{{new string('x', 30 * 1024 * 1024)}}"}""");

        Assert.Equal(413, answer.Status);
    }
}
