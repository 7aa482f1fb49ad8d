using Sora.ServiceDefaults.Errors;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Tests.Sources;

/// <summary>Edits and extensions: in from the client, held, out to the upstream.</summary>
public sealed class SourceTests(VideoSystem system)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_edit_keeps_model_size_and_length_and_costs_that_length(bool isJson)
    {
        var (customer, source) = await ReadySourceAsync();

        var answer = isJson
            ? await customer.PostJsonAsync(
                "/v1/videos/edits", $$$"""{"prompt":"{{{customer.Prompt}}}","video":{"id":"{{{source.Id}}}"}}""")
            : await customer.PostFormAsync("/v1/videos/edits", [("prompt", customer.Prompt), ("video[id]", source.Id)]);

        Assert.Equal(200, answer.Status);
        Assert.Equal(
            ("queued", "sora-2-pro", "1280x720", "8", source.Id),
            (answer.Text("status"), answer.Text("model"), answer.Text("size"), answer.Text("seconds"),
                answer.Text("remixed_from_video_id")));
        Assert.Equal(("edit", 8), HoldOf(customer));
        var submission = await SubmissionOfAsync(customer, answer);
        Assert.Equal(
            ("edits", source.UpstreamId, null), (submission.Operation, submission.Source.Id, submission.Source.File));
        Assert.Matches("^job-video_[0-9a-f]{48}-1$", submission.Key);
    }

    [Theory]
    [InlineData("""{"prompt":"PROMPT","video":{"id":"SOURCE"},"seconds":"4"}""")]
    [InlineData("""{"prompt":"PROMPT","video":{"id":"SOURCE"},"seconds":4}""")]
    [InlineData(null)]
    public async Task An_extension_has_the_length_of_the_whole_and_costs_the_new_piece(string? json)
    {
        var (customer, source) = await ReadySourceAsync();

        var answer = json is null
            ? await customer.PostFormAsync(
                "/v1/videos/extensions", [("prompt", customer.Prompt), ("seconds", "4"), ("video[id]", source.Id)])
            : await customer.PostJsonAsync(
                "/v1/videos/extensions", json.Replace("PROMPT", customer.Prompt).Replace("SOURCE", source.Id));

        Assert.Equal(200, answer.Status);
        Assert.Equal(
            ("12", "1280x720", source.Id),
            (answer.Text("seconds"), answer.Text("size"), answer.Text("remixed_from_video_id")));
        Assert.Equal(("extension", 4), HoldOf(customer));
        var submission = await SubmissionOfAsync(customer, answer);
        Assert.Equal(
            ("extensions", "4", source.UpstreamId), (submission.Operation, submission.Seconds, submission.Source.Id));
        var row = (await system.Videos.FindAsync(answer.Text("id")!))!;
        Assert.Equal((12, 4, 1), (row.Seconds, row.NewSeconds, row.Extensions));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_source_that_the_upstream_has_lost_is_sent_as_our_bytes(bool isForgotten)
    {
        var (customer, source) = await ReadySourceAsync();
        var there = system.Upstream.Place(source.UpstreamId!);
        there.IsForgotten = isForgotten;
        there.ExpiresAt = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var clip = new byte[200_000];
        Random.Shared.NextBytes(clip);
        system.Storage.KeepClip(source.Id, clip);

        var answer = await EditAsync(customer, source.Id);

        Assert.Equal(200, answer.Status);
        var submission = await SubmissionOfAsync(customer, answer);
        Assert.Equal((null, source.UpstreamModel), (submission.Source.Id, submission.Model));
        Assert.Equal(clip, submission.Source.File);
    }

    [Fact]
    public async Task A_source_that_can_neither_be_named_nor_sent_is_refused_before_money_is_held()
    {
        var customer = system.NewCustomer();
        var source = await system.Videos.InsertAsync(
            SomeVideo.ReadyOf(customer) with { Model = "blind-1", Upstream = Wiring.Blind });

        var answer = await EditAsync(customer, source.Id);

        Assert.Equal((400, "video.id", "video_expired"), answer.Refusal);
        await AssertNothingIsLeftAsync(customer, videos: 1);
    }

    [Fact]
    public async Task A_source_that_goes_after_the_acceptance_fails_the_job_without_a_charge()
    {
        var customer = system.NewCustomer();
        var source = await system.Videos.InsertAsync(
            SomeVideo.ReadyOf(customer) with { Model = "blind-1", Upstream = Wiring.Blind });
        var there = system.Upstream.Place(source.UpstreamId!, Wiring.Blind);
        system.Quota.Answer(customer, _ =>
        {
            there.IsForgotten = true;
            return Task.FromResult(StubQuota.Hold("granted"));
        });

        var answer = await EditAsync(customer, source.Id);

        Assert.Equal(200, answer.Status);
        var failed = await system.Videos.InStageAsync(answer.Text("id")!, VideoStage.Failed);
        Assert.Equal("video_expired", failed.ErrorCode);
        Assert.Empty(system.Upstream.SubmissionsOf(customer.Prompt));
    }

    [Theory]
    [InlineData("edits", null, "6", 6)]
    [InlineData("extensions", "8", "14", 8)]
    public async Task An_uploaded_video_is_measured_kept_and_submitted_byte_by_byte(
        string operation, string? seconds, string total, int billed)
    {
        var customer = system.NewCustomer();
        system.Storage.Measure(customer, 720, 1280, 6_040);
        var bytes = new byte[300_000];
        Random.Shared.NextBytes(bytes);
        (string, string)[] length = seconds is null ? [] : [("seconds", seconds)];

        var answer = await customer.PostFormAsync(
            $"/v1/videos/{operation}", [("prompt", customer.Prompt), .. length], ("video", bytes));

        Assert.Equal(200, answer.Status);
        Assert.Equal(
            ("sora-2", "720x1280", total, null),
            (answer.Text("model"), answer.Text("size"), answer.Text("seconds"), answer.Text("remixed_from_video_id")));
        var kept = Assert.Single(system.Storage.UploadsOf(customer));
        Assert.Equal((answer.Text("id"), "source"), (kept.Id, kept.Use));
        Assert.Equal(billed, HoldOf(customer).Seconds);
        var submission = await SubmissionOfAsync(customer, answer);
        Assert.Equal((operation, "sora-2", seconds), (submission.Operation, submission.Model, submission.Seconds));
        Assert.Equal(bytes, submission.Source.File);
    }

    [Theory]
    [InlineData("sora-2", 640, 360, null, "video", "invalid_value")]
    [InlineData("sora-2", 1280, 720, "invalid_video", "video", "invalid_video")]
    [InlineData("blind-1", 1280, 720, null, "video", "source_files_not_offered")]
    [InlineData("plain-1", 1280, 720, null, "model", "operation_not_offered")]
    [InlineData("sora-9", 1280, 720, null, "model", "model_not_found")]
    public async Task An_upload_that_no_model_can_take_is_refused(
        string model, int width, int height, string? refused, string param, string code)
    {
        var customer = system.NewCustomer();
        system.Storage.Measure(customer, width, height, 4_000);
        if (refused is not null)
        {
            system.Storage.Refuse(customer, ApiError.Invalid("video", "It is no video.", refused));
        }

        var answer = await customer.PostFormAsync(
            "/v1/videos/edits", [("prompt", customer.Prompt), ("model", model)], ("video", [1, 2, 3]));

        Assert.Equal((400, param, code), answer.Refusal);
        await AssertNothingIsLeftAsync(customer, videos: 0);
    }

    [Fact]
    public async Task A_video_is_extended_six_times_and_to_120_seconds_at_most()
    {
        var (customer, source) = await ReadySourceAsync(video => video with { Extensions = 6, Seconds = 28 });
        var (_, longest) = await ReadySourceAsync(video => video with { Seconds = 116 }, customer);

        var often = await ExtendAsync(customer, source.Id, "4");
        var tooLong = await ExtendAsync(customer, longest.Id, "8");
        var fits = await ExtendAsync(customer, longest.Id, "4");

        Assert.Equal((400, "video.id", "extension_limit_reached"), often.Refusal);
        Assert.Equal((400, "seconds", "invalid_value"), tooLong.Refusal);
        Assert.Equal(
            "The extended video would have 124 seconds: it has 116 and may have 120.", tooLong.Text("error", "message"));
        Assert.Equal((200, "120"), (fits.Status, fits.Text("seconds")));
    }

    [Theory]
    [InlineData("edits", "plain-1", "The model 'plain-1' does not offer 'edit'. It offers: 'create' and 'remix'.")]
    [InlineData("extensions", "plain-1", "The model 'plain-1' does not offer 'extension'. It offers: 'create' and 'remix'.")]
    [InlineData("edits", "retired-1", "The model 'retired-1' has been retired and is no longer served.")]
    public async Task What_the_sources_model_does_not_offer_is_said_with_what_it_does(
        string operation, string model, string message)
    {
        var (customer, source) = await ReadySourceAsync(video => video with { Model = model });

        var answer = await customer.PostFormAsync(
            $"/v1/videos/{operation}", [("prompt", "x"), ("seconds", "4"), ("video[id]", source.Id)]);

        Assert.Equal((400, "model"), (answer.Status, answer.Text("error", "param")));
        Assert.Equal(message, answer.Text("error", "message"));
        await AssertNothingIsLeftAsync(customer, videos: 1);
    }

    [Theory]
    [InlineData("edits")]
    [InlineData("extensions")]
    public async Task Another_projects_video_is_not_found_and_an_unfinished_one_not_taken(string operation)
    {
        var (_, foreign) = await ReadySourceAsync();
        var customer = system.NewCustomer();
        var running = await system.Videos.InsertAsync(SomeVideo.Of(customer));
        Task<Answer> PostAsync(string id) => customer.PostFormAsync(
            $"/v1/videos/{operation}", [("prompt", "x"), ("seconds", "4"), ("video[id]", id)]);

        Assert.Equal((404, "video.id", "video_not_found"), (await PostAsync(foreign.Id)).Refusal);
        Assert.Equal((404, "video.id", "video_not_found"), (await PostAsync("nonsense")).Refusal);
        Assert.Equal((400, "video.id", "video_not_completed"), (await PostAsync(running.Id)).Refusal);
        await AssertNothingIsLeftAsync(customer, videos: 1);
    }

    private async Task<(Customer Customer, Video Source)> ReadySourceAsync(
        Func<Video, Video>? change = null, Customer? owner = null)
    {
        var customer = owner ?? system.NewCustomer();
        var video = SomeVideo.ReadyOf(customer) with { Model = "sora-2-pro" };
        var source = await system.Videos.InsertAsync(change?.Invoke(video) ?? video);
        system.Upstream.Place(source.UpstreamId!);
        return (customer, source);
    }

    private static Task<Answer> EditAsync(Customer customer, string source) => customer.PostFormAsync(
        "/v1/videos/edits", [("prompt", customer.Prompt), ("video[id]", source)]);

    private static Task<Answer> ExtendAsync(Customer customer, string source, string seconds) => customer.PostFormAsync(
        "/v1/videos/extensions", [("prompt", customer.Prompt), ("seconds", seconds), ("video[id]", source)]);

    private (string? Kind, int Seconds) HoldOf(Customer customer)
    {
        var hold = Assert.Single(system.Quota.AskedBy(customer)).Body;
        return (hold.GetProperty("kind").GetString(), hold.GetProperty("seconds").GetInt32());
    }

    private async Task<AskedSubmission> SubmissionOfAsync(Customer customer, Answer answer)
    {
        await system.Videos.InStageAsync(answer.Text("id")!, VideoStage.Submitted);
        return Assert.Single(system.Upstream.SubmissionsOf(customer.Prompt));
    }

    private async Task AssertNothingIsLeftAsync(Customer customer, int videos)
    {
        Assert.Empty(system.Quota.AskedBy(customer));
        Assert.Equal(videos, await system.Videos.CountAsync(customer));
    }
}
