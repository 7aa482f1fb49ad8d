using Sora.Upstreams.Tests.Servers;

namespace Sora.Upstreams.Tests.Dialects;

public sealed class PeculiarityTests
{
    private static readonly (string, string)[] Loopback =
        [("Egress:AllowHttp", "true"), ("Egress:AllowedNetworks:0", "127.0.0.0/8")];

    [Fact]
    public async Task Vllm_Omni_refuses_JSON_and_another_model_in_the_words_of_FastAPI()
    {
        await using var server = await DialectServer.StartAsync<VllmOmniServer>();
        await using var json = new Configured(server.BaseUrl, "vllm-omni", [("CreateEncoding", "Json")]);
        await using var form = new Configured(server.BaseUrl, "vllm-omni");

        Assert.Equal(
            new SubmitOutcome.Refused("missing", "Field required"), await json.SubmitAsync());
        Assert.Equal(
            new SubmitOutcome.Refused("upstream_refused", "Model mismatch: request specifies another one."),
            await form.SubmitAsync());
    }

    [Fact]
    public async Task TensorRT_LLM_is_asked_for_mp4_and_its_AVI_is_announced_as_what_it_is()
    {
        await using var server = await DialectServer.StartAsync<TensorRtLlmServer>();
        await using var configured = new Configured(server.BaseUrl, "trtllm", [("Fields:output_format", "avi")]);
        var id = Assert.IsType<SubmitOutcome.Accepted>(await configured.SubmitAsync()).Video.Id;

        Assert.Equal(
            new ContentOutcome.Unavailable("http_400", null), await configured.OpenAsync(id: id));
        server.Move(id, "completed", 100);

        await using var opened = Assert.IsType<ContentOutcome.Opened>(await configured.OpenAsync(id: id));
        Assert.Equal("video/x-msvideo", opened.ContentType);
    }

    [Fact]
    public async Task LiteLLMs_list_is_read_with_the_provider_in_a_header_once_the_operator_says_so()
    {
        await using var server = await DialectServer.StartAsync<LiteLlmServer>();
        await using var configured = new Configured(
            server.BaseUrl, "litellm", [("HasList", "true"), ("Headers:custom-llm-provider", "gemini")]);
        await configured.SubmitAsync();

        Assert.Single(await configured.ListAsync(DateTimeOffset.UnixEpoch) ?? []);
    }

    [Fact]
    public async Task New_apis_lack_of_a_channel_puts_the_submission_off()
    {
        await using var server = await DialectServer.StartAsync<NewApiServer>();
        server.IsWithoutChannel = true;
        await using var known = new Configured(server.BaseUrl, "new-api");
        await using var unknown = new Configured(server.BaseUrl, "openai");

        Assert.Equal(new SubmitOutcome.PutOff("http_503", null), await known.SubmitAsync());
        Assert.IsType<SubmitOutcome.Ambiguous>(await unknown.SubmitAsync());
    }

    [Fact]
    public async Task An_address_at_another_host_is_read_without_the_key()
    {
        await using var elsewhere = await StubServer.StartAsync(context =>
        {
            context.Response.ContentType = "video/mp4";
            return context.Response.Body.WriteAsync(DialectServer.Mp4).AsTask();
        });
        await using var server = await DialectServer.StartAsync<NewApiServer>();
        server.ResultUrl = new Uri(elsewhere.BaseUrl, "/clips/1.mp4?signature=x");
        await using var configured = new Configured(server.BaseUrl, "new-api", Loopback);
        var id = Assert.IsType<SubmitOutcome.Accepted>(await configured.SubmitAsync()).Video.Id;

        await using var opened = Assert.IsType<ContentOutcome.Opened>(await configured.OpenAsync(id: id));

        Assert.Equal(DialectServer.Mp4, await DialectTests.BytesAsync(opened));
        var request = Assert.Single(elsewhere.Requests);
        Assert.Equal("/clips/1.mp4?signature=x", request.Target);
        Assert.DoesNotContain(request.Headers.Values, value => value.Contains(Configured.Key));
    }

    [Theory]
    [InlineData("http://127.0.0.1:1/clip.mp4")]
    [InlineData("https://169.254.169.254/latest/meta-data")]
    [InlineData("https://[::1]/clip.mp4")]
    public async Task An_address_that_leads_inside_is_refused_without_a_connection(string address)
    {
        await using var server = await DialectServer.StartAsync<NewApiServer>();
        server.ResultUrl = new Uri(address);
        await using var configured = new Configured(server.BaseUrl, "new-api");
        var id = Assert.IsType<SubmitOutcome.Accepted>(await configured.SubmitAsync()).Video.Id;

        Assert.Equal(
            new ContentOutcome.Unavailable(UpstreamFaults.AddressRefused, null), await configured.OpenAsync(id: id));
    }

    [Fact]
    public async Task A_redirect_from_another_host_is_not_followed()
    {
        await using var elsewhere = await StubServer.StartAsync(302, "", ("Location", "http://169.254.169.254/"));
        await using var server = await DialectServer.StartAsync<NewApiServer>();
        server.ResultUrl = new Uri(elsewhere.BaseUrl, "/clip.mp4");
        await using var configured = new Configured(server.BaseUrl, "new-api", Loopback);
        var id = Assert.IsType<SubmitOutcome.Accepted>(await configured.SubmitAsync()).Video.Id;

        Assert.Equal(new ContentOutcome.Unavailable("http_302", null), await configured.OpenAsync(id: id));
        Assert.Single(elsewhere.Requests);
    }

    [Fact]
    public async Task An_address_at_the_upstream_itself_is_read_with_the_key()
    {
        await using var server = await DialectServer.StartAsync<BifrostServer>();
        server.OutputUrl = "/v1/videos/outputs";
        await using var configured = new Configured(server.BaseUrl, "bifrost");
        var id = Assert.IsType<SubmitOutcome.Accepted>(
            await configured.SubmitAsync(DialectTests.Submission("openai/sora-2"))).Video.Id;

        // The path stands for no video there: what counts is who was asked, and with what.
        Assert.Equal(new ContentOutcome.Missing("http_404"), await configured.OpenAsync(id: id));
        Assert.Equal(4, server.Headers.Count);
        Assert.All(server.Headers, headers => Assert.Equal($"Bearer {Configured.Key}", headers.Authorization));
    }

    [Fact]
    public async Task A_key_may_travel_in_another_header_and_below_another_path()
    {
        await using var server = await StubServer.StartAsync(200, """{"id":"video_1","status":"queued"}""");
        await using var configured = new Configured(
            new Uri(server.BaseUrl, "/v1beta/openai"), "generic",
            [("AuthHeader", "api-key"), ("AuthScheme", ""), ("Headers:x-group", "vip"), ("Fields:seed", "7")]);

        Assert.IsType<SubmitOutcome.Accepted>(await configured.SubmitAsync());

        var request = Assert.Single(server.Requests);
        Assert.Equal("/v1beta/openai/videos", request.Target);
        Assert.Equal((Configured.Key, "vip"), (request.Headers["api-key"], request.Headers["x-group"]));
        Assert.False(request.Headers.ContainsKey("Authorization"));
        Assert.Contains("name=\"seed\"\r\n\r\n7", request.Body);
    }

    [Fact]
    public async Task A_delete_that_says_no_is_not_done()
    {
        await using var server = await StubServer.StartAsync(200, """{"id":"video_1","deleted":false}""");
        await using var configured = new Configured(server.BaseUrl);

        Assert.False(await configured.DeleteAsync());
    }
}
