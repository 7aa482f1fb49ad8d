namespace Sora.Upstreams.Tests.Dialects;

public sealed class DialectTests
{
    private static readonly ReferenceImage Image = new("image/png", "\u0089PNG-bytes"u8.ToArray());

    public static TheoryData<string, string> Servers => new()
    {
        { "vllm-omni", "Wan-AI/Wan2.2-TI2V-5B-Diffusers" },
        { "sglang", "sora-2" },
        { "trtllm", "wan" },
        { "litellm", "veo" },
        { "new-api", "sora-2" },
        { "bifrost", "openai/sora-2" },
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_clip_comes_out_of_each_server_by_its_own_rules(string dialect, string model)
    {
        await using var server = await StartAsync(dialect);
        await using var configured = new Configured(server.BaseUrl, dialect);

        var outcome = await configured.SubmitAsync(Submission(model) with { Reference = Image });
        var accepted = Assert.IsType<SubmitOutcome.Accepted>(outcome).Video;
        Assert.Equal(
            new Job(accepted.Id, model, Configured.Submission.Prompt, "1280x720", 8, "image/png"),
            server.Last with { Extra = new Job("", "", "", "", 0, null).Extra, Status = "queued" },
            Same);
        Assert.Equal(("1280x720", "8"), (accepted.Size ?? "1280x720", accepted.Seconds));

        server.Move(accepted.Id, "in_progress", 42);
        var rendering = await SeenAsync(configured, accepted.Id);
        Assert.Equal((UpstreamStatus.InProgress, 42), (rendering.Status, rendering.Progress));

        server.Move(accepted.Id, "completed", 100);
        Assert.Equal(UpstreamStatus.Completed, (await SeenAsync(configured, accepted.Id)).Status);
        await using var content = Assert.IsType<ContentOutcome.Opened>(await configured.OpenAsync(id: accepted.Id));
        Assert.Equal("video/mp4", content.ContentType);
        Assert.Equal(DialectServer.Mp4, await BytesAsync(content));
        Assert.All(server.Headers, headers => Assert.Equal($"Bearer {Configured.Key}", headers.Authorization));

        Assert.True(await configured.DeleteAsync(accepted.Id));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_video_that_the_server_has_forgotten_is_missing(string dialect, string model)
    {
        await using var server = await StartAsync(dialect);
        await using var configured = new Configured(server.BaseUrl, dialect);
        var id = Assert.IsType<SubmitOutcome.Accepted>(await configured.SubmitAsync(Submission(model))).Video.Id;

        server.Restart();

        Assert.IsType<LookOutcome.Missing>(await configured.GetAsync(id));
        Assert.Equal(
            dialect is "vllm-omni" or "sglang" or "trtllm", configured.Upstream.Dialect.ForgetsOnRestart);
        Assert.True(await configured.DeleteAsync(id));
    }

    [Theory]
    [InlineData("vllm-omni", "Wan-AI/Wan2.2-TI2V-5B-Diffusers", true)]
    [InlineData("trtllm", "wan", true)]
    [InlineData("sglang", "sora-2", false)]
    [InlineData("litellm", "veo", false)]
    [InlineData("bifrost", "openai/sora-2", false)]
    [InlineData("new-api", "sora-2", false)]
    public async Task A_list_is_used_where_a_lost_submission_can_be_recognised_in_it(
        string dialect, string model, bool isUsed)
    {
        await using var server = await StartAsync(dialect);
        await using var configured = new Configured(server.BaseUrl, dialect);
        await configured.SubmitAsync(Submission(model));

        var list = await configured.ListAsync(DateTimeOffset.UnixEpoch);

        Assert.Equal(isUsed, list is not null);
        Assert.All(list ?? [], video => Assert.Equal(
            (model, Configured.Submission.Prompt, "1280x720", "8"), (video.Model, video.Prompt, video.Size, video.Seconds)));
        Assert.Equal(isUsed ? 1 : 0, list?.Count ?? 0);
    }

    public static TheoryData<string, string, string?, string> Failures => new()
    {
        { "vllm-omni", """{"code":500,"message":"CUDA out of memory"}""", null, "CUDA out of memory" },
        { "sglang", """{"message":"Scheduler died"}""", null, "Scheduler died" },
        { "trtllm", "\"Pipeline failed\"", null, "Pipeline failed" },
        { "litellm", """{"code":"moderation_blocked","message":"Blocked."}""", "moderation_blocked", "Blocked." },
        { "new-api", """{"message":"upstream said no","code":"fail"}""", "fail", "upstream said no" },
        { "bifrost", """{"code":"content_policy","message":"Filtered."}""", "content_policy", "Filtered." },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task A_failed_video_tells_why_in_the_servers_own_form(
        string dialect, string error, string? code, string message)
    {
        await using var server = await StartAsync(dialect);
        await using var configured = new Configured(server.BaseUrl, dialect);
        var model = Servers.Single(row => row.Data.Item1 == dialect).Data.Item2;
        var id = Assert.IsType<SubmitOutcome.Accepted>(await configured.SubmitAsync(Submission(model))).Video.Id;

        server.Move(id, "failed", 0, System.Text.Json.Nodes.JsonNode.Parse(error));

        var failed = await SeenAsync(configured, id);
        Assert.Equal((UpstreamStatus.Failed, code, message), (failed.Status, failed.ErrorCode, failed.ErrorMessage));
    }

    [Theory]
    [InlineData("vllm-omni")]
    [InlineData("sglang")]
    [InlineData("trtllm")]
    public async Task What_a_server_does_not_offer_is_refused_without_a_request(string dialect)
    {
        await using var server = await StartAsync(dialect);
        await using var configured = new Configured(server.BaseUrl, dialect);

        foreach (var submission in new[]
        {
            Configured.Submission with { RemixOf = "video_0" },
            Configured.Submission with { Source = new SubmissionSource(SourceUse.Edit, "video_0", null) },
            Configured.Submission with { Source = new SubmissionSource(SourceUse.Extension, "video_0", null) },
        })
        {
            var refused = Assert.IsType<SubmitOutcome.Refused>(await configured.SubmitAsync(submission));
            Assert.Equal("operation_not_offered", refused.Code);
        }

        var character = await configured.Upstream.CreateCharacterAsync(
            Configured.Credential, "Ann", new VideoFile(Stream.Null, 0), Token);
        Assert.Equal("operation_not_offered", Assert.IsType<CharacterOutcome.Refused>(character).Code);
        Assert.Empty(server.Headers);
    }

    internal static VideoSubmission Submission(string model) => Configured.Submission with { Model = model };

    internal static async Task<byte[]> BytesAsync(ContentOutcome.Opened content)
    {
        using var copy = new MemoryStream();
        await content.Body.CopyToAsync(copy, Token);
        return copy.ToArray();
    }

    private static async Task<UpstreamVideo> SeenAsync(Configured configured, string id) =>
        Assert.IsType<LookOutcome.Seen>(await configured.GetAsync(id)).Video;

    private static bool Same(Job expected, Job actual) => expected with { Extra = actual.Extra } == actual;

    private static async Task<DialectServer> StartAsync(string dialect) => dialect switch
    {
        "vllm-omni" => await DialectServer.StartAsync<VllmOmniServer>(),
        "sglang" => await DialectServer.StartAsync<SGLangServer>(),
        "trtllm" => await DialectServer.StartAsync<TensorRtLlmServer>(),
        "litellm" => await DialectServer.StartAsync<LiteLlmServer>(),
        "new-api" => await DialectServer.StartAsync<NewApiServer>(),
        "bifrost" => await DialectServer.StartAsync<BifrostServer>(),
        _ => throw new ArgumentOutOfRangeException(nameof(dialect), dialect, "No server of this dialect."),
    };
}
