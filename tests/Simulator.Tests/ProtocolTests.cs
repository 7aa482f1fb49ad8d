using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Sora.Simulator.Tests;

public sealed class ProtocolTests(SharedSimulator shared)
{
    private static readonly string[] ThirteenFields =
    [
        "id", "object", "model", "status", "progress", "created_at", "completed_at", "expires_at", "prompt", "size",
        "seconds", "remixed_from_video_id", "error",
    ];

    private readonly SimulatorHost _simulator = shared.Host;

    [Fact]
    public async Task A_new_video_has_thirteen_fields_defaults_and_an_id_that_begins_with_its_time()
    {
        var video = await _simulator.CreateAsync("a fox [fault:stuck=0]");

        Assert.Equal(ThirteenFields, video.EnumerateObject().Select(field => field.Name));
        Assert.Matches("^video_[0-9a-f]{48}$", video.Text("id"));
        Assert.Equal(video.Number("created_at"), Convert.ToInt32(video.Text("id")[6..14], 16));
        Assert.Equal(JsonValueKind.Null, video.GetProperty("completed_at").ValueKind);
        Assert.Equal(JsonValueKind.Null, video.GetProperty("error").ValueKind);
    }

    [Fact]
    public async Task A_prompt_alone_gets_the_defaults_of_the_protocol()
    {
        using var answer = await _simulator.PostAsync("/v1/videos", new { prompt = "a fox [fault:stuck]" });
        var video = await answer.Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.StartsWith("req_", answer.Headers.GetValues("x-request-id").Single(), StringComparison.Ordinal);
        Assert.Equal(("sora-2", "720x1280", "4"), (video.Text("model"), video.Text("size"), video.Text("seconds")));
    }

    [Fact]
    public async Task A_multipart_create_as_the_dotnet_client_sends_it_is_understood()
    {
        using var form = new MultipartFormDataContent("BOUND")
        {
            { new StringContent("a fox [fault:stuck]"), "prompt" },
            { new StringContent("8"), "seconds" },
            { new StringContent("1280x720"), "size" },
        };
        using var answer = await _simulator.Client.PostAsync("/v1/videos", form);
        var video = await answer.Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal(("8", "1280x720"), (video.Text("seconds"), video.Text("size")));
    }

    [Fact]
    public async Task A_video_goes_from_queued_to_completed_and_says_when_to_look_again()
    {
        await using var simulator = SimulatorHost.Start(("RenderTime", "00:00:04"));
        var id = (await simulator.CreateAsync("a fox")).Text("id");
        using var first = await simulator.Client.GetAsync($"/v1/videos/{id}");
        var started = await first.Content.ReadFromJsonAsync<JsonElement>();
        var ended = await simulator.EndAsync(id);

        Assert.Equal("1000", first.Headers.GetValues("openai-poll-after-ms").Single());
        Assert.Contains(started.Text("status"), new[] { "queued", "in_progress" });
        Assert.InRange(started.Number("progress"), 0, 99);
        Assert.Equal(("completed", 100), (ended.Text("status"), ended.Number("progress")));
        Assert.InRange(ended.Number("completed_at") - ended.Number("created_at"), 1, 60);
        Assert.Equal(3600, ended.Number("expires_at") - ended.Number("completed_at"));
    }

    [Theory]
    [InlineData("""{}""", "prompt", "missing_required_parameter")]
    [InlineData("""{"prompt":""}""", "prompt", "missing_required_parameter")]
    [InlineData("""{"prompt":"x","seconds":"5"}""", "seconds", "invalid_value")]
    [InlineData("""{"prompt":"x","seconds":4}""", "seconds", "invalid_type")]
    [InlineData("""{"prompt":"x","size":"1x1"}""", "size", "invalid_value")]
    [InlineData("""{"prompt":"x","model":"sora-2","size":"1920x1080"}""", "size", "invalid_value")]
    [InlineData("""{"prompt":"x [fault:unheard-of]"}""", "prompt", "invalid_value")]
    [InlineData("""{"prompt":"x","prompt":"y"}""", null, "invalid_body")]
    [InlineData("""[]""", null, "invalid_body")]
    [InlineData("""{""", null, "invalid_body")]
    public async Task A_wrong_field_is_named(string json, string? param, string code)
    {
        using var body = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await _simulator.Client.PostAsync("/v1/videos", body);
        var error = await answer.ErrorAsync();

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal((param, code), (error.GetProperty("param").GetString(), error.Text("code")));
        Assert.Equal("invalid_request_error", error.Text("type"));
    }

    [Theory]
    [InlineData("file_id", "file-1", "input_reference.file_id")]
    [InlineData("image_url", "https://images.test/a.png", "input_reference.image_url")]
    [InlineData("image_url", "data:image/png;base64,AAAA", "input_reference")]
    public async Task A_reference_that_is_no_image_here_is_refused(string name, string value, string param)
    {
        var reference = new Dictionary<string, string> { [name] = value };
        using var answer = await _simulator.PostAsync("/v1/videos", new { prompt = "x", input_reference = reference });

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(param, (await answer.ErrorAsync()).Text("param"));
    }

    [Fact]
    public async Task A_wrong_length_is_answered_in_the_words_of_the_protocol()
    {
        using var answer = await _simulator.PostAsync("/v1/videos", new { prompt = "x", seconds = "5" });

        Assert.Equal(
            "Invalid value: '5'. Supported values are: '4', '8', '12', '16', and '20'.",
            (await answer.ErrorAsync()).Text("message"));
    }

    [Fact]
    public async Task A_prompt_may_have_32000_characters_and_no_more()
    {
        var longest = new string('x', 31_980) + "[fault:moderation]";
        using var longer = await _simulator.PostAsync("/v1/videos", new { prompt = longest.PadRight(32_001, 'x') });

        await _simulator.CreateAsync(longest.PadRight(32_000, 'x'));
        Assert.Equal("string_above_max_length", (await longer.ErrorAsync()).Text("code"));
    }

    [Theory]
    [InlineData("/v1/videos")]
    [InlineData("/simulator/charges")]
    public async Task Nobody_comes_in_without_the_key(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "sk-other");
        using var answer = await _simulator.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("invalid_api_key", (await answer.ErrorAsync()).Text("code"));
    }

    [Theory]
    [InlineData("GET", "/v1/videos/video_nobody", 404)]
    [InlineData("DELETE", "/v1/videos/video_nobody", 404)]
    [InlineData("GET", "/v1/videos/video_nobody/content", 404)]
    [InlineData("POST", "/v1/videos/video_nobody/remix", 404)]
    [InlineData("GET", "/v1/videos/characters/char_1", 404)]
    [InlineData("POST", "/v1/videos/characters", 400)]
    [InlineData("POST", "/v1/videos/edits", 400)]
    [InlineData("POST", "/v1/videos/extensions", 400)]
    [InlineData("GET", "/v1/chat/completions", 404)]
    [InlineData("PUT", "/v1/videos", 405)]
    public async Task What_is_not_there_is_said_in_the_envelope(string method, string path, int status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Content = JsonContent.Create(new { });
        using var answer = await _simulator.Client.SendAsync(request);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("invalid_request_error", (await answer.ErrorAsync()).Text("type"));
    }

    [Fact]
    public async Task A_deleted_video_is_gone()
    {
        var id = (await _simulator.CreateAsync("a fox [fault:stuck]")).Text("id");
        var deleted = await _simulator.Client.DeleteFromJsonAsync<JsonElement>($"/v1/videos/{id}");
        using var read = await _simulator.Client.GetAsync($"/v1/videos/{id}");

        Assert.Equal($$"""{"id":"{{id}}","object":"video.deleted","deleted":true}""", deleted.GetRawText());
        Assert.Equal("video_not_found", (await read.ErrorAsync()).Text("code"));
    }

    [Fact]
    public async Task A_remix_takes_everything_but_the_prompt_from_a_completed_video()
    {
        var source = await _simulator.CreateAndEndAsync("a fox");
        using var answer = await _simulator.PostAsync(
            $"/v1/videos/{source.Text("id")}/remix", new { prompt = "a blue fox" });
        var remix = await answer.Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal(source.Text("id"), remix.Text("remixed_from_video_id"));
        Assert.Equal("a blue fox", remix.Text("prompt"));
        Assert.Equal(source.Text("size"), remix.Text("size"));
    }

    [Fact]
    public async Task An_unfinished_video_cannot_be_remixed()
    {
        var id = (await _simulator.CreateAsync("a fox [fault:stuck]")).Text("id");
        using var answer = await _simulator.PostAsync($"/v1/videos/{id}/remix", new { prompt = "a blue fox" });

        Assert.Equal("video_not_ready", (await answer.ErrorAsync()).Text("code"));
    }
}
